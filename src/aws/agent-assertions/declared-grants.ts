import { TemplateAgent } from './template-agents';
import { EVERY_STAGE, GrantProperties } from '../../contract/lifecycle-resource';
import { globCovers } from '../../core/glob';
import { globsMeet } from '../iam/globs';

/** An action, on a resource or on any. Both may be patterns of IAM. */
export interface Wanted {
  readonly action: string;
  readonly resource?: string;
}

type Meets = (pattern: string, text: string) => boolean;

const ALL_BUT = 'all but ';

/** The grants that an agent has in a stage: those of the stage and those of every stage. */
export function grantsIn({ Access: access }: TemplateAgent, stage: string): readonly GrantProperties[] {
  return access.Stages.filter(({ Stage: name }) => name === stage || name === EVERY_STAGE).flatMap(({ Grants: grants }) => grants);
}

/** The grants that allow all of what is wanted, unless it is denied as well. */
export function allowing(grants: readonly GrantProperties[], wanted: Wanted): readonly GrantProperties[] {
  return isDenied(grants, wanted) ? [] : grants.filter((grant) => grant.Effect !== 'Deny' && meets(grant, wanted, globCovers));
}

/** The grants that allow any of what is wanted, unless all of it is denied as well. */
export function touching(grants: readonly GrantProperties[], wanted: Wanted): readonly GrantProperties[] {
  return isDenied(grants, wanted) ? [] : grants.filter((grant) => grant.Effect !== 'Deny' && meets(grant, wanted, globsMeet));
}

/** Whether all of it is denied, whatever the request. */
function isDenied(grants: readonly GrantProperties[], { action, resource = '*' }: Wanted): boolean {
  return grants.some((grant) => grant.Effect === 'Deny' && grant.Condition === undefined && meets(grant, { action, resource }, globCovers));
}

function meets({ Actions: actions, Resources: resources }: GrantProperties, { action, resource }: Wanted, how: Meets): boolean {
  return actions.some((pattern) => meetsOne(pattern.toLowerCase(), action.toLowerCase(), how))
    && (resource === undefined || resources.some((pattern) => meetsOne(inAnyPartition(pattern), inAnyPartition(resource), how)));
}

/** A template has no partition where a test writes `arn:aws:`. */
function inAnyPartition(resource: string): string {
  return resource.replaceAll(/\barn:(aws[\w-]*|\{"Ref":"AWS::Partition"\}):/g, 'arn:aws:');
}

/** `all but a, b` is how the properties tell NotAction and NotResource. */
function meetsOne(pattern: string, text: string, how: Meets): boolean {
  return pattern.startsWith(ALL_BUT)
    ? !pattern.slice(ALL_BUT.length).split(', ').some((not) => (how === globCovers ? globsMeet(not, text) : globCovers(not, text)))
    : how(pattern, text);
}
