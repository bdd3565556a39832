import { InvalidInputError } from '../../../src/core/errors';
import { ApiCall, ApiError, GoogleApi } from '../api';

/** Returns the API with Google's errors explained: Google says neither which registry was meant nor what to do. */
export function explaining(api: GoogleApi, bucket: string): GoogleApi {
  return {
    ...api,
    call: async <T>(call: ApiCall) => {
      try {
        return await api.call<T>(call);
      } catch (error) {
        throw inOurWords(error, bucket);
      }
    },
  };
}

function inOurWords(error: unknown, bucket: string): unknown {
  if (!(error instanceof ApiError)) {
    return error;
  }
  switch (error.status) {
    case 404: return new InvalidInputError('RegistryNotFound', `Google has no bucket ${bucket} (${error.reason}): a registry's bucket is named <project>-<registry>-registry`, { cause: error });
    case 401: return new InvalidInputError('CredentialsRefused', `Google does not accept the credentials (${error.reason}): log in with gcloud auth application-default login, or set GOOGLE_OAUTH_ACCESS_TOKEN`, { cause: error });
    case 403: return new InvalidInputError('AccessDenied', `these credentials may not read the registry: they need storage.objects.get and storage.objects.list on ${bucket} (${error.reason})`, { cause: error });
    default: return error;
  }
}
