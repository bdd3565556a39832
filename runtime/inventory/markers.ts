import { RetryableError } from '../../src/core/errors';

/**
 * Where the next page of a listing of IAM begins. Undefined after the last page. A page that says there are more, and not where, or where it began itself, must not pass for the last one.
 *
 * @throws RetryableError `ListingIncomplete`
 */
export function nextMarker(
  { IsTruncated: isTruncated, Marker: marker }: { readonly IsTruncated?: boolean; readonly Marker?: string }, asked: string | undefined,
): string | undefined {
  if (isTruncated !== true) {
    return undefined;
  }
  if (marker === undefined || marker === '' || marker === asked) {
    throw new RetryableError('ListingIncomplete', `IAM says that there are more pages, but returned ${marker === asked && asked !== undefined ? 'the marker of the same page' : 'no marker'}: run the command again`);
  }
  return marker;
}
