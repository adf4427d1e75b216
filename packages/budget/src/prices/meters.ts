/** Meters form a tree: a meter without a price of its own costs what its parent costs. */
const parents: Readonly<Record<string, string>> = {
  input_cached: 'input',
  cache_write: 'input',
  cache_write_5m: 'cache_write',
  cache_write_1h: 'cache_write_5m',
  cache_write_12h: 'cache_write',
  input_audio: 'input',
  input_image: 'input',
  input_video: 'input',
  input_cached_audio: 'input_audio',
  input_cached_image: 'input_image',
  output_audio: 'output',
  output_image: 'output',
  reasoning: 'output',
}

/** The meter and those that it is part of, nearest first. */
export function listAncestry(meter: string): readonly string[] {
  const parent = parents[meter]
  return parent === undefined ? [meter] : [meter, ...listAncestry(parent)]
}

/** Whether its tokens count as input, cached or not. */
export function isInput(meter: string): boolean {
  return listAncestry(meter).at(-1) === 'input'
}

/** Whether its tokens count as output, thinking included. */
export function isOutput(meter: string): boolean {
  return listAncestry(meter).at(-1) === 'output'
}
