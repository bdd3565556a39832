import { aws_certificatemanager as acm, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { SignalReceiver } from './signal-receiver';
import { InvalidInputError } from '../../core/errors';
import { requireInstance } from '../../core/instance';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';
import { LifecycleRegistry } from '../lifecycle-registry';
import { SignalFacts } from '../lifecycle-registry/signal-facts';

/** Properties of shared signals. */
export interface SharedSignalsProps {
  /** The registry whose agents the signals are about. */
  readonly registry: LifecycleRegistry;

  /** The systems that receive signals, 1 to 10. */
  readonly receivers: SignalReceiver[];

  /**
   * Host of the endpoint, such as `signals.example.com`. It needs a `certificate`. The issuer of all tokens is its URL, so a later change is a new issuer for every receiver.
   *
   * @default - the name that API Gateway gives it
   */
  readonly domainName?: string;

  /**
   * The certificate for `domainName`, in the region of the registry.
   *
   * @default - none; needed with `domainName`
   */
  readonly certificate?: acm.ICertificate;

  /**
   * Requests a second that the endpoint accepts from all receivers together, and twice as many for a moment: 1 to 1000.
   *
   * @default 10
   */
  readonly requestsPerSecond?: number;

  /**
   * Which key signs: 1 is the first one. A higher number, by one, is another key, which signs from that deployment on. The key before it is still published, so that what it signed can be verified, and signs
   * nothing any more. The one before that is removed: raise the number again only after 30 days, when nothing that it signed waits for a receiver.
   *
   * @default 1
   */
  readonly keyGeneration?: number;
}

const MOST_RECEIVERS = 10;
// Lambda allows 4 KB for all variables of a function.
const LONGEST_SETTINGS = 2_600;
const HOST = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/**
 * Tells other systems by signed security event tokens (RFC 8417) what happens to agents, as the OpenID Shared Signals Framework, CAEP and RISC define it: an agent that is suspended
 * (`account-disabled`, `session-revoked`), works again (`account-enabled`), loses a principal (`session-revoked`, `credential-change`) or has left (`account-purged`).
 *
 * A receiver finds the public key and its stream at `issuer`. What it does not take is kept for 30 days.
 *
 * Cost while idle, by list prices: a KMS key, 1 USD a month, an alarm, 0.10 USD, and a Lambda call a minute, about 0.05 USD.
 */
export class SharedSignals extends Construct {
  /** The `iss` of all tokens, and the URL under which receivers find everything: `<issuer>/.well-known/ssf-configuration`. */
  public readonly issuer: string;

  constructor(scope: Construct, id: string, props: SharedSignalsProps) {
    super(scope, id);
    const registry = withPath(this, () => requireInstance('registry', props.registry, LifecycleRegistry, 'a LifecycleRegistry of the same app: signals are part of it'));
    if (Stack.of(registry) !== Stack.of(this)) {
      throw new InvalidInputError('SharedSignalsElsewhere', `${this.node.path}: the registry ${registry.node.path} is in another stack: create the SharedSignals in that stack, because it adds to the registry`);
    }
    this.issuer = registry._signal(this, withPath(this, () => factsOf(props)));
  }
}

/** @throws InvalidInputError `SharedSignalsInvalid`, `WrongClass` */
function factsOf({ receivers: given, domainName, certificate, requestsPerSecond = 10, keyGeneration = 1 }: SharedSignalsProps): SignalFacts {
  if (!Array.isArray(given) || given.length === 0 || given.length > MOST_RECEIVERS) {
    throw invalid(`the receivers ${shown(given)}`, `1 to ${MOST_RECEIVERS}`);
  }
  const receivers = given.map((receiver) => requireInstance('a receiver', receiver, SignalReceiver, 'SignalReceiver.push(...) or SignalReceiver.poll(...)')._facts);
  const twice = receivers.find(({ id }, index) => receivers.findIndex((other) => other.id === id) !== index);
  if (twice !== undefined) {
    throw invalid(`the stream id ${shown(twice.id)} of two receivers`, 'another one for each: it says which signals are whose');
  }
  // ARNs of secrets are known later only, and have about 120 characters.
  const length = receivers.reduce((sum, { id, audience, push, token }) => {
    const secretCount = [push?.authorization, token].filter((secret) => secret !== undefined).length;
    return sum + id.length + audience.length + (push?.endpoint.length ?? 0) + 150 * secretCount + 60;
  }, 0);
  if (length > LONGEST_SETTINGS) {
    throw invalid(`the receivers, which take about ${length} characters,`, `fewer receivers, or shorter endpoints and audiences: ${LONGEST_SETTINGS} fit into a function's environment`);
  }
  if ((domainName === undefined) !== (certificate === undefined)) {
    throw invalid('only one of domainName and certificate', 'both, or none');
  }
  if (domainName !== undefined && !HOST.test(domainName)) {
    throw invalid(`the domain ${shown(domainName)}`, 'a host such as signals.example.com');
  }
  if (!Number.isInteger(requestsPerSecond) || requestsPerSecond < 1 || requestsPerSecond > 1_000) {
    throw invalid(`${shown(requestsPerSecond)} requests a second`, 'a whole number from 1 to 1000');
  }
  if (!Number.isInteger(keyGeneration) || keyGeneration < 1 || keyGeneration > 1_000) {
    throw invalid(`the key generation ${shown(keyGeneration)}`, 'a whole number from 1 to 1000');
  }
  return { receivers, requestsPerSecond, keyGeneration, ...(domainName === undefined ? {} : { domain: { domainName, certificate: certificate! } }) };
}

function invalid(what: string, allowed: string): InvalidInputError {
  return new InvalidInputError('SharedSignalsInvalid', `${what} of shared signals is not allowed: use ${allowed}`);
}
