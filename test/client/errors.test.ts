import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explain } from '@datagym/client/errorCatalog';

interface Recording {
	name: string;
	request: { path?: string };
	response: { status: number; body?: { json?: unknown } };
}

const recordings = readFileSync(join(__dirname, '../fixtures/contract/recordings.jsonl'), 'utf8')
	.trim()
	.split('\n')
	.map((line) => JSON.parse(line) as Recording)
	.filter(({ request, response }) => request.path?.includes('/api/v1/') && response.status >= 400);

/** docs/contract.md#error-keys: also those that no recording shows. */
const KEYS =
	`ex_unauthorized ex_forbidden ex_notfound ex_alreadyexists ex_already_contains ex_limit ex_service_unavailable ex_system
	does_not_contain mediatype_missmatch dummy_project_limit dummy_dataset_limit forbidden_keyword config_not_cleared config_depth
	entry_type_not_found entry_classification_incorrect geometry_definition_incorrect entry_definition_incorrect entry_types_not_the_same
	entry_types_are_the_same entry_value_validation entry_value_delete wrong_label_task_state wrong_entry_id json_upload_not_found_task
	error_messages image_delete file_stream url_not_allowed_mediatype invalid_project_mediatype video_not_allowed
	public_urls_upload_not_allowed upload_illegal_value entry_value_create`
		.split(/\s+/)
		.map((key) => (key.startsWith('ex_') ? key : `ex_gen_${key}`));

/** Keys of the UI's texts (datagym-frontend/src/assets/i18n/en.json of datagym-core) that a request of ours can meet. */
const UI_KEYS =
	`ex_json_parse entry_geometry_incorrect entry_not_geometry json_upload_not_found_property json_upload_illegal_value
	json_upload_predicted_values not_found_task no_labels_to_export file_export image_upload wrong_media_type unsuported_mime_type
	aiseg_gpu_busy aiseg_communication_error limit_for_organisation_not_found aws_upload_not_allowed
	aws_upload_unsupported_mediatype clear_config upload_config`
		.split(/\s+/)
		.map((key) => (key.startsWith('ex_') ? key : `ex_gen_${key}`));

describe('an error of the server', () => {
	test.each([...KEYS, ...UI_KEYS])('%s has a sentence and a remedy of its own', (key) => {
		const { message, remedy } = explain(500, { key, params: [] });
		expect(message).not.toContain('HTTP 500');
		expect(`${message} ${remedy}`).not.toMatch(/undefined|No msg available/);
		expect(remedy.length).toBeGreaterThan(10);
	});

	test.each([
		[511, /login/, /network/],
		[304, /cache/, /cache/],
		[300, /several addresses/, /base URL/],
		[301, /redirects/, /final address/],
		[308, /redirects/, /final address/],
	])('without a key, HTTP %d, is told as what it is', (status, what, remedy) => {
		const told = explain(status, undefined);
		expect(told.message).toMatch(what);
		expect(told.message).toContain(String(status));
		expect(told.remedy).toMatch(remedy);
	});

	test('is never "No msg available", nor shows Java\'s inner names, in any recording', () => {
		expect(recordings.length).toBeGreaterThan(150);
		for (const { response } of recordings) {
			const body = response.body?.json as Parameters<typeof explain>[1];
			const { message, remedy } = explain(response.status, body);
			expect(`${message} ${remedy}`).not.toMatch(/No msg available|Ljavax|undefined|\[object/);
		}
	});

	test('names the field of a validation', () => {
		const details = [{ name: 'Name', key: 'ex_size', params: ['Name', '128', '1'] }];
		expect(explain(400, { key: 'ex_validation', params: [], details }).message).toBe(
			'DataGym rejected a value: "Name" must have 1 to 128 characters',
		);
	});

	test("uses the server's own text for a key that is not known, unless there is none", () => {
		expect(explain(500, { key: 'ex_new', msg: 'Something new happened.' }).message).toContain(
			'Something new happened.',
		);
		expect(explain(500, { key: 'ex_new', msg: 'No msg available for key: ex_new' }).message).toBe(
			'DataGym responded with HTTP 500',
		);
	});
});
