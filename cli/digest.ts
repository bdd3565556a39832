import { InvalidArgumentError } from 'commander';

/** Checks a digest before any call. */
export function digestOf(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new InvalidArgumentError('use the whole digest: 64 of [0-9a-f]');
  }
  return text;
}
