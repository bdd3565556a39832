import { explaining } from './in-our-words';
import { FORMS, PROGRAM_ENVIRONMENT, requireProjectId } from '../../../src/contract/google';
import { InvalidInputError } from '../../../src/core/errors';
import { shown } from '../../../src/core/shown';
import { accessTokens, endpointFrom, GoogleApi, googleApi } from '../api';
import { Outside, REAL_GOOGLE } from '../outside';
import { AskThirdParty, thirdParties } from '../revocations/third-parties';

const LONGEST_MILLISECONDS = 30 * 60_000;

export interface GoogleRegistryOptions {
  /** `gs://<bucket>`. */
  readonly googleRegistry: string;
  /** Project of the agents. Absent: all projects that the registry has. */
  readonly googleProject?: string;
}

/** A registry on Google, with the credentials of the environment. */
export interface GoogleRegistry {
  readonly bucket: string;
  readonly project?: string;
  /** Reads the registry. */
  readonly api: GoogleApi;
  /** Changes agents. Its errors are Google's own. */
  readonly cloud: GoogleApi;
  /** Asks third parties from this machine. */
  readonly askThirdParty: AskThirdParty;
}

/** @throws InvalidInputError `GoogleRegistryInvalid`, `ProjectIdInvalid`, and the codes of `explaining` and of credentials; the calls throw these as well */
export function connectGoogle({ googleRegistry, googleProject }: GoogleRegistryOptions, outside: Omit<Outside, 'out' | 'err'> = REAL_GOOGLE): GoogleRegistry {
  const [, bucket] = /^gs:\/\/([^/]+)\/?$/.exec(googleRegistry) ?? [];
  if (bucket === undefined || !FORMS.bucket.test(bucket)) {
    throw new InvalidInputError('GoogleRegistryInvalid', `${shown(googleRegistry)} is not a registry on Google: use gs:// and the name of its bucket, such as gs://acme-agents-agents-registry`);
  }
  const endpoint = endpointFrom(outside.environment[PROGRAM_ENVIRONMENT.endpoint]);
  const tokens = accessTokens({ ...outside, endpoint });
  const cloud = googleApi({ ...outside, endpoint, tokens, deadline: outside.now() + LONGEST_MILLISECONDS });
  return { bucket, cloud, askThirdParty: thirdParties(cloud, outside.environment), api: explaining(cloud, bucket), ...googleProject === undefined ? {} : { project: requireProjectId('the project', googleProject) } };
}
