import { Duration } from 'aws-cdk-lib';
import { engineMetric } from './lifecycle';
import { ENVIRONMENT } from '../../../contract/environment';
import { METRICS } from '../../../contract/metrics';
import { allow, RegistryFeature } from '../feature';

/**
 * Looks up sponsors: a function that asks the directory of people. The engine invokes it, and it can do nothing else, because it talks to a server of
 * others and may hold its token. Without a directory none of this exists.
 */
export const sponsors: RegistryFeature = {
  functions: ({ names, place, settings: { sponsorDirectory: directory } }) => (directory === undefined ? [] : [{
    name: names.sponsorFunction,
    handler: 'sponsorDirectory',
    role: {
      name: names.sponsorRole,
      service: 'lambda',
      purpose: 'Asks the directory whether sponsors are active people. It has no access to the ledger.',
      statements: directory.permissions(place).map(({ sid, actions, resources, viaService }) => ({
        ...allow(sid, actions, resources), ...(viaService === undefined ? {} : { Condition: { StringEquals: { 'kms:ViaService': viaService } } }),
      })),
    },
    timeout: Duration.seconds(30),
    keyUse: {},
    environment: { [ENVIRONMENT.sponsorDirectory]: JSON.stringify(directory.settings(place)) },
  }]),
  alarms: ({ names, settings: { sponsorDirectory: directory } }) => (directory === undefined ? [] : [{
    id: 'SponsorDirectoryFailed',
    metric: engineMetric(names, METRICS.sponsorDirectoryFailed),
    description: `the directory of people did not answer; the log of ${names.sponsorFunction} shows why. Nobody is passed on meanwhile, and no agent joins`,
  }]),
};
