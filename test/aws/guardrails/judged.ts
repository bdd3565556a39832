import { App, PolicyViolation } from 'aws-cdk-lib';
import { AgentGuardrails, AgentGuardrailsProps } from 'cdk-nhi-lifecycle';

/** A finding, as short as a table needs it. */
export interface Judged {
  readonly rule: string;
  readonly severity: string;
  readonly at: string;
  readonly description: string;
  readonly locations: readonly string[];
}

/** What the CDK command sets, so that templates have the paths of constructs and of assets. */
export const AS_BY_COMMAND = { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true };

/** What the guardrails say of an app. */
export function judged(build: (app: App) => void, props: AgentGuardrailsProps = {}): Judged[] {
  const app = new App({ context: AS_BY_COMMAND });
  build(app);
  return reported(app, props).flatMap(({ ruleName: rule, severity, description, violatingResources }) => (
    violatingResources.map(({ resourceLogicalId: at, locations }) => ({ rule, severity: severity!, at: at!, description, locations }))));
}

export function reported(app: App, props: AgentGuardrailsProps = {}): PolicyViolation[] {
  const templatePaths = app.synth().stacksRecursively.map(({ templateFullPath }) => templateFullPath);
  return new AgentGuardrails(props).validate({ templatePaths, stackTemplates: [], appConstruct: app }).violations;
}

/** Ids of the rules that find something, each once. */
export function rulesIn(build: (app: App) => void, props: AgentGuardrailsProps = {}): string[] {
  return [...new Set(judged(build, props).map(({ rule }) => rule))].sort();
}
