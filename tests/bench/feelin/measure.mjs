// Reads [{text, context}] from stdin; writes, for each, how many microseconds of the processor feelin takes for it.
import { readFileSync } from 'node:fs';
import { evaluate } from 'feelin';

const ROUNDS = 30;
const MILLISECONDS_A_ROUND = 20;

function microseconds(text, context) {
  const calls = callsIn(MILLISECONDS_A_ROUND * 5, text, context); // warms it up, too
  const aRound = Math.max(1, Math.round(calls / 5));
  const rounds = Array.from({ length: ROUNDS }, () => timed(aRound, text, context));
  return rounds.sort((a, b) => a - b)[ROUNDS / 2] / aRound;
}

function callsIn(milliseconds, text, context) {
  const end = performance.now() + milliseconds;
  let calls = 0;
  while (performance.now() < end) {
    evaluate(text, context);
    calls += 1;
  }
  return calls;
}

function timed(calls, text, context) {
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call += 1) {
    evaluate(text, context);
  }
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

const expressions = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(expressions.map(({ text, context }) => microseconds(text, context))));
