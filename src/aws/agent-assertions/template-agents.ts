import { createHash } from 'node:crypto';
import { ACCESS_METADATA, GrantProperties, LIFECYCLE_RESOURCE_TYPE, LifecycleProperties, StageAccessProperties } from '../../contract/lifecycle-resource';
import { canonicalJson } from '../../core/canonical-json';
import { isRecord, list } from '../iam/statement';

/** An agent as its template declares it. No stage leaves out grants. */
export type TemplateAgent = LifecycleProperties;

interface TemplateResource {
  readonly Type?: string;
  readonly Properties?: unknown;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export function agentsIn(template: Readonly<Record<string, unknown>>): TemplateAgent[] {
  const resources = Object.values(isRecord(template.Resources) ? template.Resources : {}) as TemplateResource[];
  const elsewhere = resources.flatMap(({ Metadata: metadata = {} }) => list(metadata[ACCESS_METADATA]) as Pick<StageAccessProperties, 'Grants'>[]);
  return resources.filter(({ Type: type }) => type === LIFECYCLE_RESOURCE_TYPE)
    .map(({ Properties: properties }) => withAllGrants(properties as LifecycleProperties, elsewhere.map(({ Grants: grants }) => grants)));
}

/** The grants that are left out because of their size are in the metadata of the access policy. The digest tells which are whose. */
function withAllGrants(agent: LifecycleProperties, elsewhere: readonly (readonly GrantProperties[])[]): TemplateAgent {
  const stages = agent.Access.Stages.map((stage) => (stage.Omitted === undefined ? stage : {
    ...stage, Grants: elsewhere.find((grants) => sha256(canonicalJson(grants)) === stage.Digest) ?? stage.Grants,
  }));
  return { ...agent, Access: { ...agent.Access, Stages: stages } };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
