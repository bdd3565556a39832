import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** Reads the texts of secrets, each at most once in `seconds`, so that a rotated one is noticed after it. */
export function secretTexts(client: SecretsManagerClient, seconds: number, now: () => Date): (arn: string) => Promise<string> {
  const read = new Map<string, { readonly text: Promise<string>; readonly untilMs: number }>();
  return async (arn) => {
    const found = read.get(arn);
    if (found !== undefined && found.untilMs > now().getTime()) {
      return found.text;
    }
    const text = client.send(new GetSecretValueCommand({ SecretId: arn })).then(({ SecretString = '' }) => SecretString);
    read.set(arn, { text, untilMs: now().getTime() + seconds * 1000 });
    // A failure is not kept.
    text.catch(() => read.delete(arn));
    return text;
  };
}
