import { aws_kms as kms } from 'aws-cdk-lib';
import { AppKeyUse } from '../../contract/app-keys';

/** What an agent's construct needs to know of a key for a GitHub App of the same app. */
export interface AppKeyFacts {
  readonly use: AppKeyUse;
}

/** A global symbol, so that two copies of this library share it. */
const FACTS = Symbol.for('cdk-nhi-lifecycle.app-key-facts');

export function setAppKeyFacts(key: kms.IKey, facts: AppKeyFacts): void {
  Object.defineProperty(key, FACTS, { value: facts });
}

/** Undefined for a key that no `GitHubAppKey` made, or one of another app. */
export function appKeyFactsOf(key: kms.IKey): AppKeyFacts | undefined {
  return (key as { [FACTS]?: AppKeyFacts })[FACTS];
}
