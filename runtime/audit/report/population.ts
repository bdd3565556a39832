import { AgentRows, SectionRow } from './agent-rows';
import { begins, ends, livesAfter } from './life';
import { AuditReport } from './model';
import { ReadAgent } from './read-agent';
import { ToldEvent } from './told-event';

type Population = AuditReport['population'];

/** Counts a population from the agents' own events. It keeps the names of those that live now, and nothing else of the fleet. */
export class PopulationCount {
  public readonly livingNow = new Set<string>();
  private atStart = 0;
  private joined = 0;
  private left = 0;
  private atEnd = 0;
  private known = 0;

  /** Adds an agent, and returns its row, if it lived at any time of the period, and what does not fit. */
  public add({ agent, before, events, now }: ReadAgent): AgentRows {
    const lived = before !== undefined && livesAfter(before) === true;
    const [came, went] = [events.filter(begins), events.filter(ends)];
    const last = [...events].reverse().find((event) => livesAfter(event) !== undefined) ?? before;
    const lives = last !== undefined && livesAfter(last) === true;
    this.known += 1;
    this.atStart += lived ? 1 : 0;
    this.joined += came.length;
    this.left += went.length;
    this.atEnd += lives ? 1 : 0;
    if (now !== undefined && livesAfter(now) === true) {
      this.livingNow.add(agent);
    }
    const isBalanced = (lived ? 1 : 0) + came.length - went.length === (lives ? 1 : 0);
    return {
      rows: last === undefined || (!lived && came.length === 0) ? []
        : [rowOf(agent, { before: lived ? before : undefined, came, went, lives, last })],
      differences: isBalanced ? [] : [{ what: agent, reason: `its events do not add up: it ${lived ? 'was living' : 'was not living'} at the start, joined ${came.length} and left ${went.length} times, and ${lives ? 'is living' : 'is not living'} at the end` }],
    };
  }

  public counts(livingNowInLedger: number, queries: Population['queries'], again: string): Population {
    const { atStart, joined, left, atEnd, known } = this;
    return {
      atStart,
      joined,
      left,
      atEnd,
      isBalanced: atStart + joined - left === atEnd,
      knownToEvidence: known,
      livingNowInEvidence: this.livingNow.size,
      livingNowInLedger,
      queries,
      again,
    };
  }
}

interface Lived {
  /** Absent if it was not living at the start. */
  readonly before?: ToldEvent;
  readonly came: readonly ToldEvent[];
  readonly went: readonly ToldEvent[];
  readonly lives: boolean;
  readonly last: ToldEvent;
}

function rowOf(agent: string, { before, came, went, lives, last }: Lived): SectionRow {
  const times = (events: readonly ToldEvent[]): string => events.map(({ time }) => time).join(', ');
  const said = new Set([...(before === undefined ? [] : [before]), ...came, ...went, last]);
  return {
    section: 'population',
    at: last.time,
    agent,
    stage: last.stage,
    what: lives ? 'living at the end' : 'not living at the end',
    by: last.by,
    facts: {
      'living at the start': before === undefined ? 'no' : 'yes',
      'joined': times(came),
      'left': times(went),
      'living at the end': lives ? 'yes' : 'no',
      'sponsor': last.sponsor,
    },
    evidence: [...said].map(({ ref }) => ref),
  };
}

/** The section of the agents that lived in the period. */
export const POPULATION_SECTION = {
  id: 'population',
  title: 'Agents that lived in the period',
  source: 'the last copied event of each agent before the period, and all of the period',
  columns: ['living at the start', 'joined', 'left', 'living at the end', 'sponsor'],
  parts: ['joiner', 'leaver', 'chain'],
} as const;
