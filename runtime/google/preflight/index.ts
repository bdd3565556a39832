import { program } from './program';
import { runProgram } from '../outside';

runProgram(program);
