import { GoogleApi, reasonOf } from '../api';
import { Finding, WipeReport, Wiper, WipeTarget } from './wiper';

/**
 * Lists, wipes one by one, lists again. One that fails doesn't keep the others from being wiped; only what the second look doesn't find is called wiped.
 */
export async function runWiper(api: GoogleApi, wiper: Wiper, target: WipeTarget): Promise<WipeReport> {
  const found = await wiper.list(api, target);
  const failures = new Map<string, string>();
  for (const finding of found.filter(({ unseen }) => unseen === undefined)) {
    try {
      await wiper.wipe(api, target, finding);
    } catch (error) {
      failures.set(keyOf(finding), reasonOf(error));
    }
  }
  const again = await wiper.list(api, target);
  const stillThere = new Set(again.map(keyOf));
  return {
    wiper: wiper.name,
    wiped: found.filter((finding) => finding.unseen === undefined && !stillThere.has(keyOf(finding))),
    remains: again.map((finding) => ({ ...finding, note: finding.unseen ?? failures.get(keyOf(finding)) ?? 'still there after it was wiped' })),
  };
}

function keyOf({ kind, id }: Finding): string {
  return `${kind} ${id}`;
}
