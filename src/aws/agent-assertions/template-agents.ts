import { ACCESS_METADATA, LIFECYCLE_RESOURCE_TYPE, LifecycleProperties, StageAccessProperties } from '../../contract/lifecycle-resource';
import { logicalIds } from '../../contract/logical-ids';
import { isRecord, list } from '../iam/statement';

/** An agent as its template declares it. No stage leaves out grants. */
export type TemplateAgent = LifecycleProperties;

interface TemplateResource {
  readonly Type?: string;
  readonly Properties?: unknown;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export function agentsIn(template: Readonly<Record<string, unknown>>): TemplateAgent[] {
  const resources = (isRecord(template.Resources) ? template.Resources : {}) as Readonly<Record<string, TemplateResource>>;
  return Object.values(resources).filter(({ Type: type }) => type === LIFECYCLE_RESOURCE_TYPE).map(({ Properties: properties }) => {
    const agent = properties as LifecycleProperties;
    return withAllGrants(agent, resources[logicalIds(agent.AgentName, agent.Stage).access]);
  });
}

/** The grants that are left out because of their size are in the metadata of the access policy. */
function withAllGrants(agent: LifecycleProperties, policy: TemplateResource | undefined): TemplateAgent {
  const whole = list(policy?.Metadata?.[ACCESS_METADATA]) as Pick<StageAccessProperties, 'Stage' | 'Grants'>[];
  const stages = agent.Access.Stages.map((stage) => ({ ...stage, Grants: whole.find((one) => one.Stage === stage.Stage)?.Grants ?? stage.Grants }));
  return { ...agent, Access: { ...agent.Access, Stages: stages } };
}
