import { brotliDecompressSync } from 'node:zlib';
import { globMatches, hasWildcard } from './globs';

/** What is known of the actions that a statement's action stands for. */
export interface ActionFacts {
  /** The actions it covers, such as `s3:GetObject`; empty when the service or the action is unknown. */
  readonly covers: readonly string[];
  /** One of them that supports resource-level permissions; the action itself when it is unknown: nobody has said that it knows no resources. */
  readonly withResources?: string;
  /** Whether it is a pattern that covers all actions of its service. */
  readonly wholeService: boolean;
}

interface Action {
  readonly name: string;
  readonly lowerCase: string;
  readonly knowsResources: boolean;
}

let lines: Map<string, string> | undefined;
const services = new Map<string, readonly Action[]>();
const answers = new Map<string, ActionFacts>();

export function unpackActionTable(packed: string): string {
  return brotliDecompressSync(Buffer.from(packed, 'base64')).toString();
}

/** Looks up `service:Name`, which may hold wildcards in its name. */
export function factsOf(action: string): ActionFacts {
  const key = action.toLowerCase();
  let facts = answers.get(key);
  if (!facts) {
    facts = find(action, key);
    answers.set(key, facts);
  }
  return facts;
}

function find(text: string, lowerCase: string): ActionFacts {
  const colon = lowerCase.indexOf(':');
  const service = lowerCase.slice(0, Math.max(colon, 0));
  const pattern = lowerCase.slice(colon + 1);
  const all = actionsOf(service);
  const covered = all.filter((action) => globMatches(pattern, action.lowerCase));
  const withResources = covered.find((action) => action.knowsResources);
  return {
    covers: covered.map(({ name }) => `${service}:${name}`),
    withResources: covered.length === 0 ? text : withResources && `${service}:${withResources.name}`,
    wholeService: hasWildcard(pattern) && covered.length > 0 && covered.length === all.length,
  };
}

function actionsOf(service: string): readonly Action[] {
  let actions = services.get(service);
  if (!actions) {
    const line = table().get(service);
    actions = line === undefined ? [] : line.split(' ').map((word) => {
      const name = word.replace('!', '');
      return { name, lowerCase: name.toLowerCase(), knowsResources: name === word };
    });
    services.set(service, actions);
  }
  return actions;
}

/** A line a service, each parsed when it is first asked for. */
function table(): Map<string, string> {
  if (!lines) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- importing the package must not read the table: most of its users' commands never need it
    const { ACTION_TABLE } = require('./action-table-data') as { ACTION_TABLE: string };
    lines = new Map(unpackActionTable(ACTION_TABLE).split('\n').map((line) => {
      const end = line.indexOf(' ');
      return [line.slice(0, end), line.slice(end + 1)];
    }));
  }
  return lines;
}
