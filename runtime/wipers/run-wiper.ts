import { Finding, WipeReport, Wiper, WiperContext, WipeTarget } from './wiper';

/**
 * Lists, wipes one by one, lists again. One that fails doesn't keep the others from being wiped; only what the second look doesn't find is called wiped.
 */
export async function runWiper(
  context: WiperContext, wiper: Wiper, target: WipeTarget, keep: (report: WipeReport) => Promise<void> = async () => undefined,
): Promise<WipeReport> {
  const found = await wiper.list(context, target);
  // Kept before anything goes: who dies in between, or can't look again, would leave no trace of what was there.
  await keep(reportOf(context, wiper, found, found.filter(({ actedOn }) => actedOn).map((finding) => ({ ...finding, note: 'not looked for again yet' })), found));
  const failures = new Map<string, string>();
  for (const finding of found.filter(({ actedOn }) => actedOn)) {
    try {
      await wiper.wipe(context, target, finding);
    } catch (error) {
      failures.set(finding.id, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    }
  }
  const again = await wiper.list(context, target);
  const remains = again.filter(({ actedOn }) => actedOn).map((finding): Finding => ({ ...finding, note: failures.get(finding.id) ?? 'still there after it was wiped' }));
  return reportOf(context, wiper, found, remains, again);
}

function reportOf(context: WiperContext, wiper: Wiper, found: readonly Finding[], remains: readonly Finding[], seen: readonly Finding[]): WipeReport {
  const stillThere = new Set(seen.map(({ id }) => id));
  return {
    wiper: wiper.name,
    found,
    wiped: found.filter(({ id, actedOn }) => actedOn && !stillThere.has(id)),
    remains,
    reportedOnly: seen.filter(({ actedOn }) => !actedOn),
    verifiedAt: context.now().toISOString(),
  };
}
