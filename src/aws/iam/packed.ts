import { brotliDecompressSync } from 'node:zlib';

/** A listing from the data set by its first words. */
export function unpackLines(packed: string): Map<string, string> {
  return new Map(unpack(packed).split('\n').map((line) => {
    const end = line.indexOf(' ');
    return [line.slice(0, end), line.slice(end + 1)];
  }));
}

export function unpack(packed: string): string {
  return brotliDecompressSync(Buffer.from(packed, 'base64')).toString();
}
