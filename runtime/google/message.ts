import { gunzipSync } from 'node:zlib';

const LONGEST_BYTES = 16 * 1024 * 1024;

/**
 * The text of a message. Terraform compresses it (`base64gzip`), because an environment variable has at most 128 KiB on Linux. A person may also pass
 * it uncompressed. A value that can't be decompressed is returned unchanged, and fails with a clear message when it is parsed.
 */
export function messageText(value: string | undefined): string | undefined {
  if (value === undefined || value === '' || value.startsWith('{')) {
    return value;
  }
  try {
    return gunzipSync(Buffer.from(value, 'base64'), { maxOutputLength: LONGEST_BYTES }).toString();
  } catch {
    return value;
  }
}
