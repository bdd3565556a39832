import { globMatches, hasWildcard } from './globs';
import { worksWithoutResource } from './optional-resources';
import { unpackLines } from './packed';

/** Facts about the actions that a statement's action covers. */
interface ActionFacts {
  /** The covered actions, such as `s3:GetObject`. Empty if the service or the action is unknown. */
  readonly covers: readonly string[];
  /** A covered action that can be restricted to a resource. An unknown action is assumed to be one. */
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
  const withResources = covered.find((action) => action.knowsResources && !worksWithoutResource(`${service}:${action.name}`));
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

/** One line for each service. A line is parsed when it is first needed. */
function table(): Map<string, string> {
  if (!lines) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- importing the package must not read the table: most of its users' commands never need it
    const { ACTION_TABLE } = require('./action-table-data') as { ACTION_TABLE: string };
    lines = unpackLines(ACTION_TABLE);
  }
  return lines;
}
