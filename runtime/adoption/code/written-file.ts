import { createHash } from 'node:crypto';
import { OnRemoval } from '../../../src/contract/adoption';
import { AGENT_NAME } from '../../../src/core/name-forms';
import { Way, WAYS } from '../../inventory';
import { Place } from '../model';

/** A file for the folder. */
export interface GeneratedFile {
  /** Path in the folder. */
  readonly path: string;
  readonly text: string;
}

/** An agent that a file declares. */
export interface DeclaredAgent {
  readonly agentName: string;
  readonly how: Way;
  readonly onRemoval: OnRemoval;
}

const MARK = 'nhi adopt sha256:';
const FORMS: Readonly<Record<string, readonly [begin: string, end: string]>> = { ts: ['// ', ''], md: ['<!-- ', ' -->'] };
const HEADER = /^(?:\/\/|<!--) nhi adopt sha256:([0-9a-f]{64})(?: -->)?\n/;
const AGENTS = /^\/\/ agents of registry (\S+) in (\S+): (.+)$/;

/** A file that begins with the digest of what follows, so that a later run knows whether a person has changed it. */
export function writtenFile(path: string, lines: readonly string[]): GeneratedFile {
  const [begin, end] = FORMS[path.split('.').at(-1)!];
  const body = `${lines.join('\n')}\n`;
  return { path, text: `${begin}${MARK}${digestOf(body)}${end}\n${body}` };
}

/** The first line of what a stack's file holds: which agents it declares, and where. */
export function agentsLine(agents: readonly DeclaredAgent[], { registry, region }: Place): string {
  return `// agents of registry ${registry} in ${region}: ${agents.map(({ agentName, how, onRemoval }) => `${agentName} ${how} ${onRemoval}`).join(', ')}`;
}

/** What the first lines of a file say. Undefined if `nhi adopt` did not write it. */
export interface WrittenBefore {
  /** Whether the file is as it was written. */
  readonly isUnchanged: boolean;
  /** Digest of what was written. */
  readonly digest: string;
  readonly agents: readonly DeclaredAgent[];
  /** Where its agents are. Only a stack's file has some. */
  readonly place?: Place;
}

export function writtenBefore(text: string): WrittenBefore | undefined {
  // Some editors and settings of Git change line breaks only.
  const plain = text.replace(/\r\n/g, '\n');
  const [header, digest] = HEADER.exec(plain) ?? [];
  if (header === undefined || digest === undefined) {
    return undefined;
  }
  const body = plain.slice(header.length);
  return { isUnchanged: digestOf(body) === digest, digest, ...agentsIn(body) };
}

function agentsIn(body: string): Omit<WrittenBefore, 'isUnchanged' | 'digest'> {
  const [, registry, region, list = ''] = AGENTS.exec(body.split('\n', 1)[0]) ?? [];
  const agents = list.split(', ').flatMap((entry) => {
    const [agentName, how, onRemoval] = entry.split(' ');
    const way = WAYS.find((one) => one === how);
    return AGENT_NAME.test(agentName) && way !== undefined ? [{ agentName, how: way, onRemoval: onRemoval === 'leave' ? 'leave' as const : 'release' as const }] : [];
  });
  return { agents, ...(registry === undefined || region === undefined ? {} : { place: { registry, region } }) };
}

function digestOf(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}
