import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const PROJECT = join(__dirname, '..', '..');
const { repository } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { repository: { url: string } };
const REPOSITORY = repository.url.replace(/\.git$/, '');
const DOCUMENTS = ['API.md', 'CONTRIBUTING.md', ...['docs', 'test', 'runtime', 'examples'].flatMap((folder) => (
  readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md') && !/node_modules|cdk\.out/.test(file)).map((file) => join(folder, file))))];

function linksOf(document: string): string[] {
  const text = readFileSync(join(PROJECT, document), 'utf8').replace(/```[\s\S]*?```|`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
}

/** Why a link within the repository is broken, or undefined if it works. */
function broken(path: string, anchor: string | undefined): string | undefined {
  if (!existsSync(join(PROJECT, path))) {
    return `${path} is missing`;
  }
  return anchor === undefined || anchorsOf(path).includes(anchor) ? undefined : `${path} has no heading #${anchor}`;
}

/** Anchors as GitHub creates them from headings. */
function anchorsOf(path: string): string[] {
  return [...readFileSync(join(PROJECT, path), 'utf8').matchAll(/^#+ (.*)$/gm)]
    .map(([, heading]) => heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replace(/\s/g, '-'));
}

test('README is read on package sites too: its links and its picture are absolute, and lead to what is in the repository', () => {
  const links = linksOf('README.md');
  const inside = links.filter((link) => link.startsWith(`${REPOSITORY}/`)).map((link) => {
    const [, kind, path, , anchor] = /^\/(blob|tree|raw)\/main\/([^#]+)(#(.+))?$/.exec(link.slice(REPOSITORY.length)) ?? [];
    return { link, kind, path, anchor };
  });

  expect(links.filter((link) => !/^https:\/\/|^#/.test(link))).toEqual([]);
  expect(inside.length).toBeGreaterThan(10);
  expect(inside.map(({ link, path, anchor }) => (path === undefined ? `${link} names no file` : broken(path, anchor))).filter((fault) => fault !== undefined)).toEqual([]);
  // A picture's link must point to the raw file, not to a page that shows it.
  expect(inside.filter(({ kind, path }) => path.endsWith('.svg') !== (kind === 'raw'))).toEqual([]);
});

test.each(DOCUMENTS)('the links of %s lead somewhere', (document) => {
  const inside = linksOf(document).filter((link) => !/^[a-z]+:/.test(link)).map((link) => link.split('#'));

  expect(inside.map(([path, anchor]) => broken(path === '' ? document : normalize(join(dirname(document), path)), anchor)).filter((fault) => fault !== undefined)).toEqual([]);
});
