import type { BoundedReader } from './bounded-reader.ts'
import { byteAt, uint16 } from './bytes.ts'
import { elementHeaderBytes, elementIds, readElement, readNumber, readUnsigned } from './ebml.ts'
import { Unreadable } from './unreadable.ts'

/** One block of media: its track, its time in ticks of the segment, and where its bytes are. */
export interface Block {
  readonly trackNumber: number
  readonly ticks: number
  readonly contentStart: number
  readonly end: number
}

/** Elements whose children are walked as if they stood beside them. */
const entered: readonly number[] = [elementIds.cluster, elementIds.blockGroup]
const elementsMax = 100_000
/** Track number of up to eight bytes, time and flags. */
const blockHeaderBytes = 11

/** The blocks between two offsets, the first of which is the start of a cluster. Ends early at what it does not understand. */
export async function* readBlocks(reader: BoundedReader, start: number, end: number): AsyncGenerator<Block> {
  let clusterTicks = 0
  let offset = start
  for (let visited = 0; visited < elementsMax && offset + 2 <= end; visited += 1) {
    const header = await reader.read(offset, Math.min(elementHeaderBytes, end - offset))
    const element = readElementOrNothing(header, offset)
    if (!element) return
    if (entered.includes(element.id)) {
      offset = element.contentStart
      continue
    }
    if (element.end === undefined || element.end > end) return
    if (element.id === elementIds.timestamp) {
      const length = Math.min(element.end - element.contentStart, 8)
      clusterTicks = readUnsigned(await reader.read(element.contentStart, length), 0, length)
    }
    if (element.id === elementIds.simpleBlock || element.id === elementIds.block) {
      const block = await readBlock(reader, element.contentStart, element.end)
      if (!block) return
      yield { ...block, ticks: clusterTicks + block.ticks }
    }
    offset = element.end
  }
}

function readElementOrNothing(header: Uint8Array, offset: number) {
  try {
    return readElement(header, 0, offset)
  } catch (error) {
    if (error instanceof Unreadable) return undefined
    throw error
  }
}

async function readBlock(reader: BoundedReader, start: number, end: number): Promise<Block | undefined> {
  const header = await reader.read(start, Math.min(blockHeaderBytes, end - start))
  if (header.length < 4 || byteAt(header, 0) === 0) return undefined
  const { value, length } = readNumber(header, 0)
  if (value === undefined || length + 3 > header.length) return undefined
  const ticks = (uint16(header, length) << 16) >> 16
  return { trackNumber: value, ticks, contentStart: start + length + 3, end }
}
