import { Check, Examined, Finding, Severity } from './check';
import { CHECKS } from './checks';
import { registryStack, RegistryStack } from './registry-stack';
import { RegistryNames } from '../../../src/contract/registry-names';
import { reasonOf } from '../../../src/core/errors';
import { Connection } from '../connection';

/** What was found of a registry. */
export interface Examination {
  readonly registry: string;
  readonly account: string;
  readonly region: string;
  readonly at: string;
  readonly livingAgents: number;
  /** In the order of the checks. Each check has at least one. */
  readonly findings: readonly Finding[];
}

/**
 * Makes every check of a registry. One that fails does not stop the others: it is reported as unknown.
 *
 * @throws InvalidInputError `RegistryNotFound`, and the other codes of `connect`, if the registry's ledger can't be read
 */
export async function examine(connection: Connection, now: Date): Promise<Examination> {
  const { registry, account, region, partition, ledger } = connection;
  const livingAgents = await ledger.fleet.count();
  let stack: Promise<RegistryStack> | undefined;
  const examined: Examined = {
    connection, names: new RegistryNames(registry), place: { partition, region, account }, now, stack: () => (stack ??= registryStack(connection)),
  };
  const findings = await Promise.all(CHECKS.map((check) => made(check, examined)));
  return { registry, account, region, at: now.toISOString(), livingAgents, findings: findings.flat() };
}

/** The worst of the findings: an error, or else a check that could not be made, or else a warning. */
export function worstOf({ findings }: Examination): Severity {
  return (['error', 'unknown', 'warning'] as const).find((severity) => findings.some((finding) => finding.severity === severity)) ?? 'ok';
}

async function made({ name, needs, look }: Check, examined: Examined): Promise<Finding[]> {
  try {
    return (await look(examined)).map((finding) => ({ check: name, ...finding }));
  } catch (failure) {
    return [{ check: name, severity: 'unknown', seen: `not checked: ${reasonOf(failure)}`, fix: `run it with credentials that may ${needs.join(', ')}, or look by hand` }];
  }
}
