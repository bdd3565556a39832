import { App, aws_events_targets as targets, aws_iam as iam, aws_sns as sns, Stack, Validations } from 'aws-cdk-lib';
import {
  AgentGuardrails, Expiry, GuardrailAlarm, GuardrailApp, GuardrailFinding, GuardrailMode, GuardrailSeverity, IGuardrailRule, OrganizationGuardrails,
  RegionalGuardrailAlarm,
} from 'cdk-nhi-lifecycle';

/** Any app, with or without agents. */
export function everyPrincipal(app: App): void {
  Validations.of(app).addPlugins(new AgentGuardrails());
}

/** Agents only, with accounts of one's own and a rule of one's own. */
export function agentsOnly(app: App): void {
  Validations.of(app).addPlugins(new AgentGuardrails({
    mode: GuardrailMode.AGENTS,
    failFrom: GuardrailSeverity.MEDIUM,
    organizationAccounts: ['222233334444'],
    rules: [new PathRule()],
  }));
}

/** A user that a mail server needs until it is replaced. */
export function legacyMail(stack: Stack): iam.User {
  const user = new iam.User(stack, 'Smtp');
  new iam.AccessKey(user, 'Key', { user });
  AgentGuardrails.acknowledge(user, {
    rules: ['NHI4-access-key', 'NHI4-iam-user'],
    reason: 'The mail server signs in with SMTP credentials; it is replaced in March',
    until: Expiry.on('2027-03-31'),
  });
  return user;
}

/** A rule of the organization: each role has a path. */
export class PathRule implements IGuardrailRule {
  public readonly ruleId = 'ACME1-no-role-without-path';
  public readonly severity = GuardrailSeverity.HIGH;
  public readonly why = 'permissions of teams are given by path';

  public find(app: GuardrailApp): GuardrailFinding[] {
    return app.principals.filter(({ resource }) => resource.properties.Path === undefined).map(({ template, resource, name }) => ({
      template,
      logicalId: resource.logicalId,
      location: 'Properties.Path',
      problem: `role ${name} has no path`,
      fix: 'set path: \'/team-name/\'',
    }));
  }
}

/** In the management account. */
export function organization(stack: Stack): void {
  new OrganizationGuardrails(stack, 'Guardrails', {
    organizationId: 'o-a1b2c3d4e5',
    targetIds: ['ou-a1b2-c3d4e5f6'],
    deployerArns: ['arn:aws:iam::*:role/cdk-hnb659fds-cfn-exec-role-*'],
    breakGlassArns: ['arn:aws:iam::*:role/break-glass'],
    userArns: ['arn:aws:iam::*:user/legacy/*'],
  });
}

/** In each account, in us-east-1. */
export function alarm(stack: Stack, topic: sns.ITopic): void {
  new GuardrailAlarm(stack, 'Attempts', { targets: [new targets.SnsTopic(topic)] });
}

/** In each account, in each other region in use. */
export function regionalAlarm(stack: Stack, topic: sns.ITopic): void {
  new RegionalGuardrailAlarm(stack, 'Attempts', { targets: [new targets.SnsTopic(topic)] });
}
