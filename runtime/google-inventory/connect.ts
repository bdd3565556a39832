import { FORMS, PROGRAM_ENVIRONMENT, requireProjectId } from '../../src/contract/google';
import { InvalidInputError } from '../../src/core/errors';
import { shown } from '../../src/core/shown';
import { accessTokens, endpointFrom, GoogleApi, googleApi } from '../google/api';
import { Outside, REAL_GOOGLE } from '../google/outside';

/** What an inventory of Google reads. */
export interface GoogleScope {
  readonly projects: readonly string[];
  /** Its number. */
  readonly organization?: string;
}

export interface GoogleSource extends GoogleScope {
  readonly api: GoogleApi;
}

/**
 * Connects with the operator's own credentials. No registry is needed.
 *
 * @throws InvalidInputError `GoogleScopeMissing`, `OrganizationIdInvalid`, `ProjectIdInvalid`, and the codes of credentials; the calls throw these as well
 */
export function connectGoogleInventory({ projects, organization }: GoogleScope, outside: Omit<Outside, 'out' | 'err'> = REAL_GOOGLE): GoogleSource {
  if ((organization === undefined) === (projects.length === 0)) {
    throw new InvalidInputError('GoogleScopeMissing', 'an inventory of Google is of projects or of an organization: give --google-project <project>[,<project>] or --google-organization <number>');
  }
  if (organization !== undefined && !FORMS.uniqueId.test(organization)) {
    throw new InvalidInputError('OrganizationIdInvalid', `${shown(organization)} is not the number of an organization: see gcloud organizations list`);
  }
  const { GOOGLE_CLOUD_QUOTA_PROJECT: quota = '' } = outside.environment;
  const endpoint = endpointFrom(outside.environment[PROGRAM_ENVIRONMENT.endpoint]);
  const tokens = accessTokens({ ...outside, endpoint });
  return {
    projects: [...new Set(projects)].map((project) => requireProjectId('the project', project)),
    ...(organization === undefined ? {} : { organization }),
    // An organization's inventory can take long: each call has its own number of attempts.
    api: googleApi({
      ...outside, endpoint, tokens, deadline: Infinity, ...(quota === '' ? {} : { quotaProject: requireProjectId('GOOGLE_CLOUD_QUOTA_PROJECT', quota) }),
    }),
  };
}
