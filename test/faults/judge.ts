import type { Fault } from './faults';
import type { FaultedOperation } from './operation';
import type { Failure, Outcome } from './outcome';
import { SECRET } from './scene';

export type Verdict = 'done' | 'done after retry' | 'told' | 'unseen' | 'wrong';

export interface Judgment {
	readonly verdict: Verdict;
	/** Why it is wrong, or what was told. */
	readonly why: string;
}

export interface Trial {
	readonly operation: FaultedOperation;
	readonly fault: Fault;
	/** Method and path of the request that was broken. */
	readonly kind: string;
	readonly outcome: Outcome | 'hangs';
	/** What the same operation gives without a fault. */
	readonly expected: Pick<Outcome, 'output' | 'warnings'>;
	/** How often the operation is done in the server; undefined if it only reads. */
	readonly effect: number | undefined;
	/** Whether more requests came than without the fault. */
	readonly isRepeated: boolean;
	readonly isStruck: boolean;
}

/** Nothing was tried: on a crowded machine an earlier request may outlast the node's time limit. */
export const NOT_STRUCK = 'the request did not come';
/** How an error says that something may have been done. */
export const TELLS_OPEN = /may already have/i;
/** How an error says that something was done. */
const TELLS_DONE = /could not be released|was cleared|were deleted|is now incomplete/i;
/** Texts of Node.js, axios and JavaScript, which say nothing to a person. */
const RAW =
	/socket hang up|unexpected (token|end)|cannot read|is not a function|is not iterable|undefined|\[object|maxContentLength|aborted$|^E[A-Z]{4,}$|status code \d/i;
/** Whether a message is not one for people. */
export const isRaw = (message: string) => RAW.test(message);

const FILES = /^GET (media\/:id|export\/bitmap\/|\/links\/)/;
const LINKS = /^GET \/links\//;

export function judge(trial: Trial): Judgment {
	const { outcome, operation } = trial;
	if (outcome === 'hangs') return wrong('hangs');
	if (!trial.isStruck) return wrong(NOT_STRUCK);
	if (JSON.stringify(outcome).includes(SECRET)) return wrong('the token is seen');
	const isOther = outcome.output !== trial.expected.output && outcome.warnings === trial.expected.warnings;
	if (operation.kind === 'poll' && outcome.failure !== undefined && isOther)
		return wrong(`both polls together tell something else: ${difference(trial)}`);
	return outcome.failure === undefined ? judgeSuccess(trial, outcome) : judgeFailure(trial, outcome.failure);
}

function judgeSuccess(trial: Trial, outcome: Outcome): Judgment {
	const { operation, effect, expected, fault, isRepeated, kind } = trial;
	if (outcome.warnings !== expected.warnings) return { verdict: 'told', why: outcome.warnings };
	if (effect !== undefined && effect !== 1)
		return wrong(effect === 0 ? 'lost without a word' : `done ${effect} times without a word`);
	if (outcome.output !== expected.output) {
		const isUnseen = fault.isUnseenInFiles === true && FILES.test(kind);
		return isUnseen ? { verdict: 'unseen', why: '' } : wrong(`the output is another: ${difference(trial)}`);
	}
	// The keys of DataGym's errors say nothing when another host answers so: it is a 500 or 503 like any other. And the trigger
	// keeps an event whose picture is away for its next poll.
	const isForeign = LINKS.test(kind) && /^50[03] /.test(fault.name);
	const isKept = operation.kind === 'poll' && FILES.test(kind);
	if (fault.expects === 'tell' && isRepeated && !isForeign && !isKept)
		return wrong('repeated, though it was an answer');
	return { verdict: isRepeated ? 'done after retry' : 'done', why: '' };
}

function judgeFailure({ operation, effect, fault, kind }: Trial, { name, message, description }: Failure): Judgment {
	const told = `${message} — ${description}`;
	if (!['NodeApiError', 'NodeOperationError'].includes(name)) return wrong(`${name}: ${message}`);
	if (isRaw(message)) return wrong(`a raw error: ${message}`);
	if (description === '') return wrong(`no remedy: ${message}`);
	if (fault.expects === 'bear') return wrong(`a slow answer is an error: ${told}`);
	// A person waits for what the editor asks, so that it is tried for some seconds only.
	const isForEditor = ['credential', 'searchList', 'loadOptions'].includes(operation.kind);
	// A 404 of DataGym names what is missing, one of another host cannot.
	const isGone = LINKS.test(kind) && fault.name.startsWith('404 ');
	if (fault.expects === 'repeat' && !isForEditor && !isGone && /^(GET|HEAD) /.test(kind))
		return wrong(`not tried again: ${told}`);
	if (effect !== undefined && effect !== 0 && !TELLS_OPEN.test(told) && !TELLS_DONE.test(told))
		return wrong(`done (${effect}), and the error does not say so: ${told}`);
	return { verdict: 'told', why: told };
}

const wrong = (why: string): Judgment => ({ verdict: 'wrong', why });

function difference({ outcome, expected }: Trial): string {
	return `${outcome === 'hangs' ? '' : outcome.output.slice(0, 300)} instead of ${expected.output.slice(0, 300)}`;
}
