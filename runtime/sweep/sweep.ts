import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import * as z from 'zod';
import { MetricName } from '../../src/contract/metrics';
import { SWEEP_STEPS } from '../../src/contract/sweep-steps';
import { CallLimiter, DueCursor, Fleet, LeaverLimit, OrphanLedger, RequestLedger, SweepLedger } from '../ledger';
import { AgendaSettings } from '../model/agenda-settings';

/** The stores and the bus that a sweep uses. */
export interface Sweeper {
  readonly registry: string;
  readonly account: string;
  readonly busName: string;
  /** Path of all its roles. */
  readonly registryPath: string;
  /** Prefix of its roles' names. */
  readonly namePrefix: string;
  readonly settings: AgendaSettings;
  /** How many agents one sweep may suspend or remove without an operator's approval. */
  readonly limit: LeaverLimit;
  /** How many agents may be worked on at the same time. */
  readonly concurrency: number;
  readonly limiter: CallLimiter;
  readonly fleet: Fleet;
  readonly requests: RequestLedger;
  readonly sweeps: SweepLedger;
  readonly orphans: OrphanLedger;
  readonly bus: EventBridgeClient;
  /** Writes an object of the evidence, once. */
  readonly keep: (key: string, text: string) => Promise<unknown>;
  readonly iam: IAMClient;
  /** Whether this is the ARN of an execution of the sweeps' state machine that runs. */
  readonly isRunning: (execution: string) => Promise<boolean>;
  readonly now: () => Date;
  readonly count: (metric: MetricName) => void;
  readonly warn: (message: string, details: Readonly<Record<string, string>>) => void;
}

/** What a sweep may do. It contains no list, because its size is limited. */
export interface SweepPlan {
  /** What is due by this instant is swept. */
  readonly until: string;
  /** `due`: what is due. `all`: every living agent, because the agenda's settings have changed and with them every due instant. */
  readonly of: 'due' | 'all';
  /** Digests of the lists of agents that may be suspended or removed. */
  readonly permitted: readonly string[];
  /** Digest of the settings. */
  readonly settings: string;
}

/** What the state machine passes from page to page. */
export interface Sweep extends SweepPlan {
  readonly next?: DueCursor;
}

/** One execution of the engine's state machine. */
export interface SweepItem {
  readonly name: string;
  readonly input: { readonly requestId: string; readonly placement: { readonly account: string; readonly agentName: string } };
}

export interface SweepPage {
  readonly items: readonly SweepItem[];
  readonly sweep: Sweep;
  /** How many of them the state machine works on at the same time. */
  readonly concurrency: number;
  readonly more: boolean;
}

export const sweepInput = z.object({
  step: z.enum(SWEEP_STEPS),
  /** ARN of the sweep's execution. Everything that it asks for is asked in its name. */
  execution: z.string().min(1),
  sweep: z.object({
    until: z.string(),
    of: z.enum(['due', 'all']),
    permitted: z.array(z.string()),
    settings: z.string(),
    next: z.object({ shard: z.number(), after: z.record(z.string(), z.unknown()).optional() }).optional(),
  }).optional(),
});

export type SweepInput = z.infer<typeof sweepInput>;
