import { Duration } from 'aws-cdk-lib';
import { REGISTRY_ROW } from '../../../contract/ledger-rows';
import { allow, onRows, RegistryFeature } from '../feature';

/** Refuses the deletion of a registry while agents are living. `DeletionCheck` is the resource that invokes it. */
export const deletionCheck: RegistryFeature = {
  functions: ({ names, place }) => [{
    name: names.deletionCheckFunction,
    handler: 'deletionCheck',
    role: {
      name: names.deletionCheckRole,
      service: 'lambda',
      purpose: 'Refuses that a registry with living agents is deleted: reads the list of them.',
      statements: [onRows([REGISTRY_ROW], allow('ReadFleet', ['dynamodb:Query'], [names.tableArn(place)]))],
    },
    timeout: Duration.minutes(2),
    deadLetters: true,
    keyUse: { dynamodb: 'read' },
  }],
};
