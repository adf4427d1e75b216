/** The sample video with another number of frames a second in the header of its first track, which is the one with pictures. */
export function setFrameRate(video: Uint8Array, framesPerSecond: number): Uint8Array {
  const bytes = Buffer.from(video)
  const header = bytes.indexOf('mdhd') + 4
  const table = bytes.indexOf('stts') + 4
  let frames = 0
  for (let entry = 0; entry < bytes.readUInt32BE(table + 4); entry += 1) frames += bytes.readUInt32BE(table + 8 + entry * 8)
  const timescale = bytes.readUInt32BE(header + 12)
  bytes.writeUInt32BE(Math.round((frames * timescale) / framesPerSecond), header + 16)
  return bytes
}
