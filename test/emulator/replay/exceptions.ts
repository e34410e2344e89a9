/** The recordings whose answers this server does not give, by number and name, each with the reason; `ui` are those of the user interface. */
export const NOT_GIVEN: Readonly<Record<string, string>> = {
	'338 export-dummy':
		"the sample project's image and its 131 labels are the real server's own data, which this server does not copy",
};

/** A part of an answer of which only the sense must be the recorded one; everything else is compared as always. */
interface LooselyCompared {
	what: string;
	why: string;
	/** Numbers of the recordings. */
	recordings: readonly string[];
	/** The body that came, a JSON value or a text, with the recorded part in place of ours where both have the same sense; `translate` gives our ids for the recorded ones. */
	align(recorded: unknown, actual: unknown, translate: (text: string) => string): unknown;
}

const LOOSELY_COMPARED: readonly LooselyCompared[] = [
	{
		what: 'the words and the order of `errorMessages`; both must name the same places of the document',
		why: "the words are those of the real server's schema library, and the order is that of its hash maps",
		recordings: [
			...['380', '386', '387', '388', '390', '391', '393', '396', '397', '399', '404', '409', '416', '417', '613'],
			...['615', '634', 'ui 285', 'ui 289'],
		],
		align: (recorded, actual) =>
			places(errorMessages(recorded)) === places(errorMessages(actual)) ? recorded : actual,
	},
	{
		what: 'the words of `errorMessages`; both must say something',
		why: "they are those of the real server's JSON parser",
		recordings: ['382', '384'],
		align: (recorded, actual) => (errorMessages(actual) === '' ? actual : recorded),
	},
	{
		what: 'the parameter of `ex_gen_error_messages`',
		why: "it is what the real server's JSON library says when it is given an object",
		recordings: ['381'],
		align: (recorded, actual) => withParameters(actual, parametersOf(recorded)),
	},
	{
		what: 'the second parameter of `ex_pattern`',
		why: 'the real server lets a reference to a Java object slip into it',
		recordings: ['037', '040', '041', '042', '043', '045', '046', '205', '206', '209', '253', '256', '653'],
		align: (_recorded, actual) => withDetails(actual, (params) => params.with(1, JAVA_OBJECT)),
	},
	{
		what: 'the second parameter of `ex_pattern`',
		why: 'as above; the object is another one in each run of the real server',
		recordings: ['ui 015', 'ui 027', 'ui 028', 'ui 068', 'ui 195'],
		align: (_recorded, actual) => withDetails(actual, (params) => params.with(1, OTHER_JAVA_OBJECT)),
	},
	{
		what: 'which of two incomplete labels is named',
		why: 'the real server reads them from its database in no order',
		recordings: ['ui 246'],
		align: (recorded, actual, translate) => withParameters(actual, parametersOf(recorded).map(translate)),
	},
	{
		what: 'the words about the machine and the build; all of them must be there',
		why: 'they are those of the machine that the real server ran on',
		recordings: ['ui 002'],
		align: (recorded, actual) => (namesOf(recorded) === namesOf(actual) ? recorded : actual),
	},
	{
		what: 'the page; both must have the same title',
		why: "the style sheet is Tomcat's",
		recordings: ['102', '642', '643', '644'],
		align: (recorded, actual) => (titleOf(recorded) === titleOf(actual) ? recorded : actual),
	},
];

const JAVA_OBJECT = '[Ljavax.validation.constraints.Pattern$Flag;@66cb21f0';
const OTHER_JAVA_OBJECT = '[Ljavax.validation.constraints.Pattern$Flag;@28ec4683';

/** What of a recording is compared loosely, if anything is. */
export function looselyCompared(number: string): LooselyCompared | undefined {
	return LOOSELY_COMPARED.find(({ recordings }) => recordings.includes(number));
}

/** Numbers of the recordings of which a part is compared loosely. */
export const LOOSE_RECORDINGS: readonly string[] = LOOSELY_COMPARED.flatMap(({ recordings }) => recordings);

/** Whether a number or a name is of the recordings of the user interface. */
export const isOfInterface = (number: string): boolean => number.startsWith('ui ');

interface ErrorBody {
	errorMessages?: string;
	params?: string[];
	details?: Array<{ key: string | undefined; params: string[] }>;
}

const errorMessages = (body: unknown) => (body as ErrorBody).errorMessages ?? '';
const parametersOf = (body: unknown) => (body as ErrorBody).params ?? [];

/** The pointers of a report of the schema check, each on a line of its own. */
function places(report: string): string {
	return report
		.split('\n')
		.filter((line) => line.startsWith('#'))
		.sort()
		.join('\n');
}

function withParameters(body: unknown, params: string[]): ErrorBody {
	const error = body as ErrorBody;
	return error.params?.length === params.length ? { ...error, params } : error;
}

function withDetails(body: unknown, change: (params: string[]) => string[]): ErrorBody {
	const error = body as ErrorBody;
	const details = error.details?.map((detail) =>
		detail.key === 'ex_pattern' ? { ...detail, params: change(detail.params) } : detail,
	);
	return details === undefined ? error : { ...error, details };
}

/** The names and types of all that an object holds, in depth. */
function namesOf(value: unknown): string {
	if (typeof value !== 'object' || value === null) return typeof value;
	return JSON.stringify(Object.entries(value).map(([name, held]) => [name, namesOf(held)]));
}

function titleOf(page: unknown): string | undefined {
	return /<title>(.*)<\/title>/.exec(String(page))?.[1];
}
