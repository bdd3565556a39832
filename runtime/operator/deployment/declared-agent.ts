import * as z from 'zod';
import { OnRemoval } from '../../../src/contract/adoption';
import { ACCESS_METADATA, LIFECYCLE_RESOURCE_TYPE } from '../../../src/contract/lifecycle-resource';
import { logicalIds } from '../../../src/contract/logical-ids';
import { validateAgentName } from '../../../src/core/agent-name';
import { InvalidInputError } from '../../../src/core/errors';
import { PRODUCTION_PROFILE } from '../../../src/core/risk-profile';
import { declaredIn, declaredProperties, grantIn, metadataGrants } from '../../model/declared-properties';
import { Declared } from '../../model/placement-state';
import { Importers } from '../importers';

/** An agent as a template declares it. What its stage demands is not in a template. */
export interface DeclaredAgent {
  readonly registry: string;
  readonly agentName: string;
  readonly declared: Omit<Declared, 'profile'>;
  /** Set if it adopts a role: what happens to the role when the construct is removed. */
  readonly adopts?: OnRemoval;
  /** Who imports from it. Known only of an agent that is deployed and leaves. */
  readonly importers?: Importers;
}

const resource = z.object({ Type: z.string(), Properties: z.unknown(), Metadata: z.record(z.string(), z.unknown()).optional() });
const template = z.object({ Resources: z.record(z.string(), resource).default({}) });

/** A resource of a template. */
export type TemplateResource = z.infer<typeof resource>;

/**
 * The resources of a template by logical id.
 *
 * @throws InvalidInputError `TemplateUnreadable`
 */
export function resourcesIn(where: string, text: string): Readonly<Record<string, TemplateResource>> {
  try {
    return template.parse(JSON.parse(text)).Resources;
  } catch (error) {
    throw new InvalidInputError('TemplateUnreadable', `the template ${where} is not JSON as the CDK writes it, so its agents are not known: synthesize the app again`, { cause: error });
  }
}

/**
 * The agents that resources of one template declare.
 *
 * @throws InvalidInputError `TemplateUnreadable`: an agent of another version of the library, or one that was changed by hand
 */
export function agentsIn(where: string, resources: Readonly<Record<string, TemplateResource>>): DeclaredAgent[] {
  return Object.entries(resources).filter(([, { Type: type }]) => type === LIFECYCLE_RESOURCE_TYPE).map(([id, { Properties: properties }]) => {
    const parsed = declaredProperties.safeParse(properties);
    if (!parsed.success) {
      const issues = parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
      throw new InvalidInputError('TemplateUnreadable', `resource ${id} of ${where} is not an agent of this version of nhi (${issues}): use the version of nhi that the app has of cdk-nhi-lifecycle`);
    }
    const { profile: _ofRegistry, ...declared } = declaredIn(parsed.data, PRODUCTION_PROFILE);
    const agentName = validateAgentName(parsed.data.AgentName);
    return {
      registry: parsed.data.Registry,
      agentName,
      declared: withAllGrants(declared, resources[logicalIds(agentName, declared.stage).access]),
      ...(parsed.data.Adopted === undefined ? {} : { adopts: parsed.data.Adopted }),
    };
  });
}

/** The properties leave out grants of which there are too many. The metadata of the access policy has them. */
function withAllGrants(declared: DeclaredAgent['declared'], policy: TemplateResource | undefined): DeclaredAgent['declared'] {
  const read = metadataGrants.safeParse(policy?.Metadata?.[ACCESS_METADATA]);
  const whole = new Map((read.success ? read.data : []).map(({ Stage: stage, Grants: grants }) => [stage, grants.map(grantIn)]));
  return declared.access === undefined ? declared : {
    ...declared,
    access: {
      ...declared.access,
      stages: declared.access.stages.map((stage) => {
        const grants = stage.omitted === 0 ? undefined : whole.get(stage.stage);
        return grants === undefined ? stage : { ...stage, grants, omitted: 0 };
      }),
    },
  };
}
