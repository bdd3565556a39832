import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';

const PROJECT = join(__dirname, '..', '..');
const GENERATED = ['docs/benchmarks.md', 'docs/permissions.md'];

/** Words that users and auditors stumble over, and what to write instead. */
const BANNED: readonly [pattern: RegExp, instead: string][] = [
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
  [/\bwhoever\b/i, 'anyone who, or the principal that'],
  [/\bnobody any more\b|\bby nobody\b/i, 'no one can ...'],
  [/\banswers? whether\b/i, 'returns whether'],
  [/\bwho answers\b|\banswers? for\b/i, 'is accountable for'],
  [/\blook(s|ed|ing)? (for )?again\b/i, 'search again, or check again'],
  [/\bis none\b/i, 'say what is missing or not allowed'],
  [/\btaken by\b|\btak(e|es|ing) (the|its|a|an agent's) role\b|\bmay not take it\b/i, 'assume, or take over for a hand-over'],
  [/\btells? of\b/i, 'report'],
  [/\b(is|are) as good\b|\bas good as\b/i, 'say what happens'],
  [/\blets? go of\b/i, 'release'],
  [/\b(is|are|was|were|it's|isn't|already) gone\b/i, 'deleted, or no longer exists'],
  [/\b(go|goes|going) on\b/i, 'continue'],
  [/\banew\b/i, 'again'],
  [/\b(is|are|be|was|were) told\b/i, 'receive, or is notified'],
  [/\bbears? (the|an?) (name|tag)\b/i, 'has the name'],
  [/\blets? in\b/i, 'allow, or give access to'],
  [/\bhas come\b/i, 'is past, or has begun'],
  [/\btak(e|es|en) (it |them )?(away|off)\b/i, 'remove, delete, revoke or detach'],
];

interface Passage {
  readonly where: string;
  readonly text: string;
}

function files(folder: string, ending: string): string[] {
  return readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending) && !file.includes('node_modules')).map((file) => `${folder}/${file}`);
}

/** The lines of a text from `first` on, each with its place. */
function linesOf(file: string, text: string, first = 1): Passage[] {
  return text.split('\n').map((line, index) => ({ where: `${file}:${first + index}`, text: line }));
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

function documentsIn(file: string): Passage[] {
  return linesOf(file, readFileSync(join(PROJECT, file), 'utf8').replace(/```[\s\S]*?```|`[^`\n]*`/g, blank));
}

/** The comments of a source, whatever their form and place. What is between backticks is code. */
function commentsOf(file: string, text: string): Passage[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const comments = new Map<number, ts.CommentRange>();
  const visit = (node: ts.Node): void => {
    const parts = node.getChildren(source).filter((part) => !ts.isJSDoc(part));
    if (parts.length === 0) {
      const around = [...ts.getLeadingCommentRanges(text, node.pos) ?? [], ...ts.getTrailingCommentRanges(text, node.end) ?? []];
      around.forEach((comment) => comments.set(comment.pos, comment));
    }
    parts.forEach(visit);
  };
  visit(source);
  return [...comments.values()].flatMap(({ pos, end }) =>
    linesOf(file, text.slice(pos, end).replace(/`[^`\n]*`/g, blank), source.getLineAndCharacterOfPosition(pos).line + 1));
}

function commentsIn(file: string): Passage[] {
  return commentsOf(file, readFileSync(join(PROJECT, file), 'utf8'));
}

/** String literals of several words: messages of errors, warnings and findings, descriptions, what the command prints. */
function messagesIn(file: string): Passage[] {
  const source = ts.createSourceFile(file, readFileSync(join(PROJECT, file), 'utf8'), ts.ScriptTarget.Latest);
  const found: Passage[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      found.push({ where: `${file}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`, text: node.text });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found.filter(({ text }) => text.trim().includes(' '));
}

/** Titles of tests and of groups of them. */
function titlesIn(file: string): Passage[] {
  const source = ts.createSourceFile(file, readFileSync(join(PROJECT, file), 'utf8'), ts.ScriptTarget.Latest);
  const found: Passage[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(test|describe)\b/.test(node.expression.getText(source)) && ts.isStringLiteralLike(node.arguments[0])) {
      found.push({ where: `${file}:${source.getLineAndCharacterOfPosition(node.arguments[0].getStart(source)).line + 1}`, text: node.arguments[0].text });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function faultsOf(passages: readonly Passage[]): string[] {
  return passages.flatMap(({ where, text }) => BANNED.flatMap(([pattern, instead]) => {
    const word = pattern.exec(text)?.[0];
    return word === undefined ? [] : [`${where}: "${word}": write ${instead}`];
  }));
}

test('the documents are in plain words', () => {
  const documents = ['README.md', ...files('docs', '.md').filter((file) => !GENERATED.includes(file))];

  expect(documents.length).toBeGreaterThan(10);
  expect(faultsOf(documents.flatMap(documentsIn))).toEqual([]);
});

test.each(['src', 'runtime', 'cli', 'examples', 'build', 'bench', 'test'])('comments in %s are in plain words', (folder) => {
  const passages = ['.ts', '.mjs'].flatMap((ending) => files(folder, ending)).flatMap(commentsIn);

  expect(passages.length).toBeGreaterThan(20);
  expect(faultsOf(passages)).toEqual([]);
});

test('messages are in plain words', () => {
  const passages = ['src', 'runtime', 'cli'].flatMap((folder) => files(folder, '.ts')).flatMap(messagesIn);

  expect(passages.length).toBeGreaterThan(500);
  expect(faultsOf(passages)).toEqual([]);
});

test('titles of tests are in plain words', () => {
  const passages = ['.test.ts', '.test.tsx'].flatMap((ending) => files('test', ending)).flatMap(titlesIn);

  expect(passages.length).toBeGreaterThan(3_000);
  expect(faultsOf(passages)).toEqual([]);
});

test('a banned word is found, with its line and what to write instead', () => {
  expect(faultsOf(linesOf('guide.md', 'Fix it.\nMend it, and whoever asks is told.'))).toEqual([
    'guide.md:2: "Mend": write fix',
    'guide.md:2: "whoever": write anyone who, or the principal that',
    'guide.md:2: "is told": write receive, or is notified',
  ]);
});

test('a banned word is found in every form of comment, and in nothing else', () => {
  const source = [
    "const host = 'https://mend.example'; // whoever may read it",
    '/**',
    ' * Mends `mend`, as',
    ' * whoever asks is told.',
    ' */',
    'function mend(text = `${host} // mend`) {',
    '  return /\\/\\/ mend/.test(text); /* let it go on */',
    '  // a last word, anew',
    '}',
  ].join('\n');

  expect(faultsOf(commentsOf('source.ts', source)).map((fault) => fault.split(': write')[0]).sort()).toEqual([
    'source.ts:1: "whoever"',
    'source.ts:3: "Mends"',
    'source.ts:4: "is told"',
    'source.ts:4: "whoever"',
    'source.ts:7: "go on"',
    'source.ts:8: "anew"',
  ]);
});
