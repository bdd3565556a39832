import { aws_secretsmanager as secrets } from 'aws-cdk-lib';
import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { requireOneName } from '../../core/one-name';
import { shown } from '../../core/shown';
import { ReceiverFacts } from '../lifecycle-registry/signal-facts';

/** What every receiver of signals has. */
export interface SignalReceiverProps {
  /** Id of the receiver's stream, unique in the registry: lower-case letters, digits and hyphens, at most 32, beginning with a letter. */
  readonly streamId: string;

  /** The `aud` of its tokens: the name by which the receiver knows itself, often a URL. A receiver must refuse tokens with another. */
  readonly audience: string;
}

/** A receiver to which signals are sent. */
export interface PushReceiverProps extends SignalReceiverProps {
  /** URL to which each signal is posted (RFC 8935): https, without user and fragment. A host with a private or local address is refused when it is connected to. */
  readonly endpoint: string;

  /**
   * Secret whose text is the value of the header `authorization` of each request, such as `Bearer ...`.
   *
   * @default - no such header: the receiver relies on signatures alone
   */
  readonly authorization?: secrets.ISecret;

  /**
   * Secret whose text is the token by which the receiver reads and pauses its stream, and asks for verification. At least 20 characters.
   *
   * @default - the receiver can't manage its stream
   */
  readonly token?: secrets.ISecret;
}

/** A receiver that asks for its signals. */
export interface PollReceiverProps extends SignalReceiverProps {
  /** Secret whose text is the token by which the receiver polls (RFC 8936) and manages its stream. At least 20 characters. */
  readonly token: secrets.ISecret;
}

const STREAM_ID = /^[a-z][a-z0-9-]{0,31}$/;
const AUDIENCE = /^[\x21-\x7e]{1,200}$/;

/** Another system that receives what happens to agents. */
export class SignalReceiver {
  /**
   * Signals are sent as they occur, and again every minute until the receiver confirms them.
   *
   * Fails with `SignalReceiverInvalid`, `TextRequired`, `LiteralRequired` or `WildcardName`.
   *
   * @param props the receiver
   */
  public static push(props: PushReceiverProps): SignalReceiver {
    const { endpoint, authorization, token } = props;
    const url = URL.canParse(requireLiteral('the endpoint of a receiver of signals', endpoint)) ? new URL(endpoint) : undefined;
    if (url?.protocol !== 'https:' || `${url.username}${url.password}${url.hash}` !== '' || endpoint.length > 500) {
      throw invalid(`the endpoint ${shown(endpoint)}`, 'https://host/path of at most 500 characters, without user and fragment');
    }
    [authorization, token].forEach((secret) => secret === undefined || requireOneName('the secret of a receiver of signals', secret.secretArn));
    return new SignalReceiver({ ...checked(props), push: { endpoint: url.href, authorization }, token });
  }

  /**
   * Signals wait until the receiver asks for them.
   *
   * Fails with `SignalReceiverInvalid`, `TextRequired`, `LiteralRequired` or `WildcardName`.
   *
   * @param props the receiver
   */
  public static poll(props: PollReceiverProps): SignalReceiver {
    if (typeof props.token?.secretArn !== 'string') {
      throw invalid(`the token ${shown(props.token)}`, 'a secret: nobody else may have the signals');
    }
    requireOneName('the token of a receiver of signals', props.token.secretArn);
    return new SignalReceiver({ ...checked(props), token: props.token });
  }

  /** @internal */
  public readonly _facts: ReceiverFacts;

  private constructor(facts: ReceiverFacts) {
    this._facts = facts;
  }
}

function checked({ streamId, audience }: SignalReceiverProps): Pick<ReceiverFacts, 'id' | 'audience'> {
  if (!STREAM_ID.test(requireLiteral('the id of a stream', streamId))) {
    throw invalid(`the stream id ${shown(streamId)}`, '1 to 32 of [a-z0-9-], beginning with a letter');
  }
  if (!AUDIENCE.test(requireLiteral('the audience of a receiver of signals', audience))) {
    throw invalid(`the audience ${shown(audience)}`, '1 to 200 printable characters without blanks');
  }
  return { id: streamId, audience };
}

function invalid(what: string, allowed: string): InvalidInputError {
  return new InvalidInputError('SignalReceiverInvalid', `${what} of a receiver of signals is not allowed: use ${allowed}`);
}
