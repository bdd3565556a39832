import { allPages } from '../../../runtime/aws/iam-pages';

type Page = { readonly Items?: readonly number[]; readonly IsTruncated?: boolean; readonly Marker?: string };
const read = (pages: Record<string, Page>): Promise<number[]> => allPages(async (marker) => pages[marker ?? 'first'], ({ Items: items }) => items);

test('all pages are read, in order', async () => {
  expect(await read({
    first: { Items: [1, 2], IsTruncated: true, Marker: 'second' },
    second: { Items: [3], IsTruncated: true, Marker: 'third' },
    third: { Items: [4], IsTruncated: false },
  })).toEqual([1, 2, 3, 4]);
});

test('a page without items is not the end: IAM may cut a page short', async () => {
  expect(await read({ first: { IsTruncated: true, Marker: 'second' }, second: { Items: [1] } })).toEqual([1]);
});

test('a marker of the last page is not followed', async () => {
  expect(await read({ first: { Items: [1], IsTruncated: false, Marker: 'second' }, second: { Items: [2] } })).toEqual([1]);
});

test('nothing is nothing', async () => {
  expect(await read({ first: {} })).toEqual([]);
});

test('fails when a later page fails: half a list is no list', async () => {
  const call = async (marker?: string): Promise<Page> => {
    if (marker !== undefined) {
      throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    }
    return { Items: [1], IsTruncated: true, Marker: 'second' };
  };

  await expect(allPages(call, ({ Items: items }) => items)).rejects.toMatchObject({ name: 'ThrottlingException' });
});

test('a listing that comes to the same page again fails instead of never ending', async () => {
  let calls = 0;
  const endless = async (Marker: string | undefined) => {
    calls += 1;
    return { IsTruncated: true, Marker: Marker === 'a' ? 'b' : 'a', Items: [calls] };
  };
  await expect(allPages(endless, (page) => page.Items)).rejects.toThrow('would not end');
  expect(calls).toBe(3);
});
