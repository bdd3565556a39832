import { GetEventSourceMappingCommand, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { Cut } from './cut';
import { CutContext } from './cut-context';
import { FIND_FUNCTIONS, Holdings } from './holdings';
import { ofEach, unlessMissing } from './missing';
import { allItems } from '../../pages';

/** Event source mappings that invoke the agent's functions are disabled, so that messages wait in their source and are not used up. */
export const eventSources: Cut = {
  name: 'event-sources',
  needs: [
    FIND_FUNCTIONS,
    // Lambda can't restrict the list to resources.
    { sid: 'ListEventSources', actions: ['lambda:ListEventSourceMappings'], resources: ['*'] },
    {
      sid: 'StopEventSources',
      actions: ['lambda:GetEventSourceMapping', 'lambda:UpdateEventSourceMapping'],
      resources: ['arn:{partition}:lambda:{region}:{account}:event-source-mapping:*'],
    },
  ],
  find: async (context, holdings) => ofEach(await idsOf(context, holdings), async (id) => {
    const { State: state, FunctionArn: arn = '' } = await context.lambda.send(new GetEventSourceMappingCommand({ UUID: id }));
    return await holdings.isFunction(arn) ? { id, isCut: isOff(state), was: 'enabled' } : undefined;
  }),
  apply: ({ lambda }, UUID) => unlessMissing(() => lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }))),
  restore: ({ lambda }, { id: UUID }) => unlessMissing(async () => {
    if (isOff((await lambda.send(new GetEventSourceMappingCommand({ UUID }))).State)) {
      await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
    }
  }),
};

/** The mappings of the agent's stack, some of which may be of an alias, and those that Lambda lists for each of its functions. */
async function idsOf({ lambda }: CutContext, holdings: Holdings): Promise<string[]> {
  const ofStack = await holdings.of('AWS::Lambda::EventSourceMapping');
  const listed = await ofEach(await holdings.functions(), ({ name: FunctionName }) => allItems(
    (Marker) => lambda.send(new ListEventSourceMappingsCommand({ FunctionName, Marker })),
    (page) => page.EventSourceMappings, (page) => page.NextMarker));
  return [...new Set([...ofStack, ...listed.flat().flatMap(({ UUID: id }) => id ?? [])])];
}

function isOff(state: string | undefined): boolean {
  return state === 'Disabled' || state === 'Disabling';
}
