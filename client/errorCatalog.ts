import type { ErrorBody } from './wire/answers';

interface Explanation {
	readonly message: string;
	readonly remedy: string;
}

type Explain = (params: readonly string[]) => Explanation;

const say =
	(message: string, remedy: string): Explain =>
	() => ({ message, remedy });

const CHECK_TOKEN =
	'Check the API token in the credential (DataGym shows it under Account, API Tokens). It may have been deleted, or it may belong to a different organization than the object.';

/** DataGym's word for what is missing, in the words of this package; its upper and lower case vary. */
const THINGS: Readonly<Record<string, string>> = {
	dataset: 'dataset',
	project: 'project',
	task: 'task',
	'label task': 'task',
	media: 'image',
	image: 'image',
	'label configuration': 'label configuration',
	lcentry: 'label class',
	entry: 'label class',
	'label entry': 'label class',
	'label entry value': 'label',
};

/** Things that the editor has lists of. */
const CHOSEN_FROM_LISTS: ReadonlySet<string> = new Set(['dataset', 'project', 'image']);

/** Keys come from the server, and `constructor` is none of ours. */
const own = <Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined =>
	Object.hasOwn(record, key) ? record[key] : undefined;

const thing = (word = 'object') => own(THINGS, word.toLowerCase()) ?? word;

/** All keys of docs/contract.md#error-keys, and those of DataGym's own UI that a request of ours can meet. 401 and 403 mean the same to a client (docs/contract.md#authentication). */
const CATALOG: Readonly<Record<string, Explain>> = {
	ex_unauthorized: say('DataGym did not accept the API token', CHECK_TOKEN),
	ex_forbidden: say('DataGym did not accept the API token, or the object belongs to another organization', CHECK_TOKEN),
	ex_notfound: ([what, field, value]) => ({
		message: `There is no ${thing(what)}${value === undefined ? '' : ` with the ${field === 'entry_key' ? 'key' : 'ID'} "${value}"`}`,
		remedy: `Check the ${field === 'entry_key' ? 'key' : 'ID'}. The ${thing(what)} may have been deleted.${CHOSEN_FROM_LISTS.has(thing(what)) ? ' Choose it from the list to be sure.' : ''}`,
	}),
	ex_alreadyexists: ([what, , value]) =>
		what === 'Shortcut'
			? {
					message: `The shortcut "${value ?? ''}" is used twice in the label configuration`,
					remedy: 'Use a different shortcut for each entry, or remove it.',
				}
			: {
					message: `${withArticle(thing(what))} named "${value ?? ''}" already exists`,
					remedy: `Names are compared without case and accents. Use another name, or choose in this node what to do if the ${thing(what)} already exists.`,
				},
	ex_already_contains: say(
		'The dataset is already connected to the project',
		'Set "If Already Connected" to "Ignore" to continue without an error.',
	),
	ex_limit: say(
		'The limit of your DataGym plan has been reached',
		'Upgrade the plan, or delete what you no longer need.',
	),
	ex_service_unavailable: ([service]) =>
		service === 'ai'
			? {
					message: 'This DataGym server has no AI segmentation',
					remedy: 'The open-source server does not include it. Ask the administrator of the server.',
				}
			: service === 'aws'
				? {
						message: 'This DataGym server has no S3 storage, which videos require',
						remedy: 'Ask the administrator of the server to configure S3.',
					}
				: { message: 'The DataGym server is unavailable at the moment', remedy: 'Try again later.' },
	ex_system: say(
		'The DataGym server failed without giving a reason',
		"Check the input first: an image that cannot be decoded, a file larger than the server's database accepts (16 MB by default) or a text that is too long can cause this. Otherwise check the server's log.",
	),
	ex_gen_does_not_contain: say(
		'The dataset is not connected to the project',
		'Set "If Not Connected" to "Ignore" to continue without an error.',
	),
	ex_gen_mediatype_missmatch: say(
		'The dataset and the project have different media types',
		'Choose an image dataset for an image project, or a video dataset for a video project.',
	),
	ex_gen_dummy_project_limit: say(
		'The demo project cannot be changed',
		'Create your own project in DataGym and use that.',
	),
	ex_gen_dummy_dataset_limit: say('The demo dataset cannot be changed', 'Create your own dataset and use that.'),
	ex_gen_forbidden_keyword: ([word]) => ({
		message: `The name "${word ?? ''}" is reserved by DataGym`,
		remedy: 'Choose another name.',
	}),
	ex_gen_config_not_cleared: say(
		'The project already has a label configuration',
		'Turn on "Replace Existing" to replace it. This deletes all labels of the project.',
	),
	ex_gen_config_depth: say(
		'The label configuration is nested too deeply',
		'Use at most four levels: a geometry and three levels of classifications inside it.',
	),
	ex_gen_entry_type_not_found: say(
		'The label configuration contains an unknown type',
		'Use one of: point, line, polygon, rectangle, image_segmentation, select, checklist, freetext.',
	),
	ex_gen_entry_classification_incorrect: ([type]) => ({
		message: `A classification in the label configuration is incomplete (${type ?? ''})`,
		remedy: 'Set "maxLength" of each freetext entry to a number from 1 to 255.',
	}),
	ex_gen_geometry_definition_incorrect: say(
		'The label configuration contains a geometry where none is allowed',
		'Move it to the top level, or directly into a top-level geometry.',
	),
	ex_gen_entry_definition_incorrect: say(
		'The label does not belong to this label class',
		'Use a label and a label class of the same project.',
	),
	ex_gen_entry_types_not_the_same: say(
		'The new class has a different geometry type than the label',
		'Choose a class with the same geometry type.',
	),
	ex_gen_entry_types_are_the_same: say('The label already has this class', 'Choose another class.'),
	ex_gen_entry_value_validation: ([type]) => ({
		message: `A label is incomplete (${type ?? 'unknown type'})`,
		remedy:
			'Add what is missing: required classifications need a value, polygons at least 3 points, lines at least 2, segmentations a polygon, and coordinates must not be negative.',
	}),
	ex_gen_entry_value_create: ([type]) => ({
		message: `A nested label needs the label that it lies in (${type ?? 'unknown type'})`,
		remedy: 'Set "Parent Label" to a label of the class above it, from the same project.',
	}),
	ex_gen_entry_geometry_incorrect: ([type]) => ({
		message: `A geometry in the label configuration is incorrect (${type ?? 'unknown type'})`,
		remedy: 'Use one of: point, line, polygon, rectangle, image_segmentation.',
	}),
	ex_gen_entry_not_geometry: say('The class is not a geometry', 'Choose a class that is drawn, not a classification.'),
	ex_gen_entry_value_delete: say(
		'A classification cannot be deleted',
		'Use Label: Update with an empty value to clear it.',
	),
	ex_gen_wrong_label_task_state: say(
		'The task is not finished',
		'Choose a task that is completed, reviewed or skipped. Other tasks have no bitmaps.',
	),
	ex_gen_wrong_entry_id: ([key]) => ({
		message: `The label configuration has no class or classification "${key ?? ''}"`,
		remedy: 'Use the keys that Label Configuration: Get returns.',
	}),
	ex_gen_json_upload_not_found_task: say(
		'An image has no task in this project',
		"Check the image ID, and add the image's dataset to the project. Benchmark tasks do not accept predictions.",
	),
	ex_gen_json_upload_not_found_property: ([property]) => ({
		message: `The predictions lack "${property ?? 'a property'}"`,
		remedy: 'Add it, or choose another format.',
	}),
	ex_gen_json_upload_illegal_value: ([value, property]) => ({
		message: `DataGym rejected the value "${value ?? ''}" of "${property ?? 'a property'}" in the predictions`,
		remedy: 'Correct the value and run the node again.',
	}),
	ex_gen_json_upload_predicted_values: say(
		'DataGym could not store the predictions',
		'Check the label configuration of the project, and try again.',
	),
	ex_json_parse: ([line, column, text]) => ({
		message: `DataGym could not read the JSON at line ${line ?? '?'}, column ${column ?? '?'}${text === undefined ? '' : `: ${text}`}`,
		remedy: 'Correct the JSON and run the node again.',
	}),
	ex_gen_not_found_task: say('The task was not found', 'Check the task ID. The task may have been deleted.'),
	ex_gen_no_labels_to_export: say('The project has no labels to export', 'Complete at least one task first.'),
	ex_gen_file_export: say('DataGym could not write the export', "Try again, and check the server's log."),
	ex_gen_image_upload: say(
		'DataGym could not store the image',
		"Try again, and check the server's log and the space left on its disk.",
	),
	ex_gen_wrong_media_type: say('The image has a type that DataGym does not support', 'Use a JPEG or PNG file.'),
	ex_gen_unsuported_mime_type: say('The image has a type that DataGym does not support', 'Use a JPEG or PNG file.'),
	ex_gen_aiseg_gpu_busy: say('The AI segmentation of DataGym is busy', 'Try again in a moment.'),
	ex_gen_aiseg_communication_error: say(
		'DataGym cannot reach its AI segmentation',
		'Try again later, or ask the administrator of the server.',
	),
	ex_gen_limit_for_organisation_not_found: say(
		'The organization has no DataGym plan',
		'Ask the administrator of the organization to choose a plan.',
	),
	ex_gen_aws_upload_not_allowed: say(
		'Your DataGym plan does not include images from S3',
		'Upgrade the plan, or upload the files instead.',
	),
	ex_gen_aws_upload_unsupported_mediatype: say(
		'The dataset does not support images from S3',
		'Choose an image dataset, or upload the files instead.',
	),
	ex_gen_clear_config: say('DataGym could not clear the label configuration', "Try again, and check the server's log."),
	ex_gen_upload_config: say(
		'DataGym could not store the label configuration',
		"Check the entries, try again, and check the server's log.",
	),
	ex_gen_error_messages: ([text]) => ({
		message: `DataGym could not read the request: ${text ?? 'no reason given'}`,
		remedy: 'Check the input data of this node.',
	}),
	ex_gen_image_delete: say(
		'The image has already been deleted',
		'Set "If Already Deleted" to "Ignore" to continue without an error.',
	),
	ex_gen_file_stream: say(
		'DataGym could not fetch the image from its storage',
		'Check that the DataGym server can reach the link of the image.',
	),
	ex_gen_url_not_allowed_mediatype: say('Links cannot be added to a video dataset', 'Choose an image dataset.'),
	ex_gen_invalid_project_mediatype: say('The task is not a video task', 'Choose a task of a video project.'),
	ex_gen_video_not_allowed: say('Your DataGym plan does not include videos', 'Upgrade the plan.'),
	ex_gen_public_urls_upload_not_allowed: say(
		'Your DataGym plan does not include images by URL',
		'Upgrade the plan, or upload the files instead.',
	),
	ex_gen_upload_illegal_value: say('DataGym rejected a value', 'Check the input data of this node.'),
};

/** A sentence and a remedy for an answer that is an error. Never "No msg available". */
export function explain(status: number, body: ErrorBody | undefined): Explanation {
	if (body?.key === 'ex_validation') return explainValidation(body);
	const known = body?.key === undefined ? undefined : own(CATALOG, body.key);
	if (known !== undefined) return known(body?.params ?? []);
	return explainStatus(status, serverText(body));
}

function serverText(body: ErrorBody | undefined): string | undefined {
	return body?.msg === undefined || body.msg.startsWith('No msg available') ? undefined : body.msg;
}

function explainStatus(status: number, text: string | undefined): Explanation {
	const because = text === undefined ? '' : `: ${text}`;
	if (status === 401 || status === 403)
		return { message: `DataGym did not accept the API token (HTTP ${status})${because}`, remedy: CHECK_TOKEN };
	if (status === 404) {
		return {
			message: `The address was not found on the server (HTTP 404)${because}`,
			remedy:
				'Check the base URL in the credential. Older DataGym servers do not support every operation, see "API Generation" in the credential.',
		};
	}
	if (status === 304) {
		return {
			message: 'A cache in front of the server has responded with nothing (HTTP 304)',
			remedy: 'Exclude the addresses below /api/v1 from the cache.',
		};
	}
	if (status === 511) {
		return {
			message: 'The network requires a login before it lets requests through (HTTP 511)',
			remedy: 'Log in where n8n runs, or ask the administrator of the network.',
		};
	}
	if (status === 300) {
		return {
			message: 'The server offers several addresses instead of a response (HTTP 300)',
			remedy: 'Enter the address of DataGym itself as the base URL in the credential.',
		};
	}
	if (status >= 300 && status < 400) {
		return {
			message: `The server redirects to another address (HTTP ${status})`,
			remedy:
				'Enter the final address as the base URL in the credential (often https instead of http). Redirects are not followed, to protect the token.',
		};
	}
	if (status === 413)
		return {
			message: 'The file is larger than the server accepts',
			remedy: 'Use a smaller image, or raise the limit of the server or its proxy.',
		};
	if (status === 429)
		return {
			message: 'The server received too many requests',
			remedy:
				'Lower "Max Requests at Once" below "Network" in the credential or the node\'s options, or set "Requests per Second".',
		};
	if ([502, 503, 504].includes(status)) {
		return {
			message: `The DataGym server is unavailable at the moment (HTTP ${status})${because}`,
			remedy:
				'Try again later. Raise "Retry For (Seconds)" below "Network" in the credential or the node\'s options if this happens often.',
		};
	}
	if (status === 400) {
		return {
			message: `DataGym could not read the request${because}`,
			remedy: 'Check the input data of this node for fields that DataGym does not know.',
		};
	}
	return {
		message: `DataGym responded with HTTP ${status}${because}`,
		remedy: 'Check the log of the DataGym server for the reason.',
	};
}

/** What the server's validation details mean. The field names are DataGym's own, prettified by it. */
function explainValidation(body: ErrorBody): Explanation {
	const details = (body.details ?? []).map(({ name = '', key = '', params = [] }) => explainDetail(name, key, params));
	const messages = [...new Set(details)];
	return {
		message: messages.length === 0 ? 'DataGym rejected a value' : `DataGym rejected a value: ${messages.join('; ')}`,
		remedy: 'Correct the value and run the node again.',
	};
}

function explainDetail(name: string, key: string, params: readonly string[]): string {
	const field = name === '' ? 'a field' : `"${name}"`;
	switch (key) {
		case 'ex_notnull':
		case 'ex_notempty':
		case 'ex_notblank':
		case 'ex_val_empty':
			return `${field} must not be empty`;
		case 'ex_size':
		case 'ex_length':
			return `${field} must have ${params[2] ?? '0'} to ${params[1] ?? '?'} characters`;
		case 'ex_pattern':
			return `${field} contains characters that are not allowed (${params[2] ?? "see DataGym's documentation"})`;
		case 'ex_min':
			return `${field} must be at least ${params[1] ?? '?'}`;
		case 'ex_max':
			return `${field} must be at most ${params[1] ?? '?'}`;
		case 'ex_val_bin_mime':
			return `the file is ${params[0] ?? 'of an unknown type'}, but must be JPEG or PNG`;
		case 'Invalid image url':
			return `the link does not return an image (${params[0] ?? ''}), so DataGym has marked the image as invalid and skipped its tasks`;
		default:
			return `${field} (${[key, ...params].join(' ')})`;
	}
}

/** With its article, at the start of a sentence. */
function withArticle(noun: string): string {
	return `${/^[aeiou]/.test(noun) ? 'An' : 'A'} ${noun}`;
}
