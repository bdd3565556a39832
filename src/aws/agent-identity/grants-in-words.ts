import { GrantProperties } from '../../contract/lifecycle-resource';

/** Limit of characters for the sentences of an agent. A template has at most 1 MB for all of its agents, and the properties list every grant. */
const MOST_TOLD = 1_200;

/** A sentence for each grant in a stage, such as `in test: dynamodb:GetItem,Query on <Invoices.Arn>`. */
export function sentencesOf(stage: string, grants: readonly GrantProperties[]): string[] {
  let left = MOST_TOLD;
  const sentences = grants.map((grant) => `in ${stage}: ${textOfGrant(grant)}`);
  const told = sentences.filter((sentence) => (left -= sentence.length) >= 0);
  const more = sentences.length - told.length;
  return more === 0 ? told : [...told, `in ${stage}: ${more} more, which Access lists`];
}

function textOfGrant({ Effect: effect, Actions: actions, Resources: resources, Condition: condition }: GrantProperties): string {
  const denied = effect === 'Deny' ? 'not ' : '';
  return `${denied}${shortActions(actions)} on ${resources.join(', ')}${condition === undefined ? '' : ` if ${condition}`}`;
}

/** The actions in their order, with the name of each service once: `s3:GetObject,PutObject`. */
function shortActions(actions: readonly string[]): string {
  const services = new Map<string, string[]>();
  for (const action of actions) {
    const [service, name = ''] = action.split(/:(.*)/);
    services.set(service, [...services.get(service) ?? [], name]);
  }
  return [...services].map(([service, names]) => `${service}:${names.join(',')}`).join(' ');
}
