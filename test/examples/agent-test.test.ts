// A user's own test of an agent, as the guide shows it.
import '../../examples/smallest/agent.test';
