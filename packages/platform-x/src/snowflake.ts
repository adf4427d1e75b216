/** Epoch milliseconds at which X made an id; a post's id dates it. https://docs.x.com/fundamentals/x-ids */
export function readSnowflakeTime(id: string): number {
  return Number((BigInt(id) >> 22n) + 1_288_834_974_657n)
}

/** Whether X made `id` after `other`. Ids are too long for numbers and of different lengths. */
export function isNewerId(id: string, other: string): boolean {
  return BigInt(id) > BigInt(other)
}
