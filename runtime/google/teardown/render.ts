import { TeardownReport } from './run-teardown';

/** What was done, for standard output. */
export function summary({ input, account, wipes, remains }: TeardownReport): string {
  const wiped = wipes.flatMap((report) => report.wiped).map(({ kind, id }) => `  wiped ${kind} ${id}`);
  const lines = [`teardown of ${input.agentName} (${input.stage}), ${input.account.email}: ${accountLine(account)}`];
  lines.push(...wiped.length === 0 ? ['  nothing else was there to wipe'] : wiped);
  if (remains.length === 0) {
    lines.push(`  searched again in ${input.holders.length} policies, keys and secrets: nothing is left`);
  }
  return lines.join('\n');
}

/** What remains, for standard error. */
export function complaint({ input, remains }: TeardownReport): string {
  return [
    `TeardownIncomplete: ${remains.length} ${remains.length === 1 ? 'thing remains' : 'things remain'} of ${input.agentName} (${input.stage}), ${input.account.email}; `
    + 'fix what is named, then run the same destroy or apply again; it continues from here',
    ...remains.map(({ kind, id, note }) => `  - ${kind} ${id}: ${note}`),
  ].join('\n');
}

function accountLine(account: TeardownReport['account']): string {
  switch (account.kind) {
    case 'gone': return 'the account had already been deleted';
    case 'replaced': return `another account (${account.uniqueId}) has the address now and was left alone`;
    case 'present': return account.disabled ? 'the account is disabled' : 'the account is NOT disabled';
  }
}
