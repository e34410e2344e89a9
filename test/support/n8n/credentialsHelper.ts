import { type Credentials, getAdditionalKeys } from 'n8n-core';
import { ICredentialsHelper, NodeHelpers, UnexpectedError, Workflow } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	ICredentialsExpressionResolveValues,
	IExecuteData,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INode,
	INodeCredentialsDetails,
	INodeParameters,
	INodeProperties,
	IRequestOptionsSimplified,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { signRequest } from './credentialSignature';
import type { CredentialStore } from './credentialStore';
import type { InstalledPackages } from './installedPackages';

/** Expressions in credential fields are resolved on a node of their own where no node of a workflow asks. */
const FIELD_OWNER: INode = {
	id: 'fields',
	name: 'fields',
	type: 'fields',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/**
 * Credentials as nodes meet them in n8n: decrypted at use, defaults filled in, expressions resolved, requests signed by the
 * credential type. Follows packages/cli/src/credentials-helper.ts of n8n 2.40, without its enterprise parts.
 */
export class EngineCredentialsHelper extends ICredentialsHelper {
	constructor(
		private readonly packages: InstalledPackages,
		private readonly store: CredentialStore,
	) {
		super();
	}

	getParentTypes(name: string): string[] {
		return this.packages.getParentTypes(name);
	}

	isCredentialUsableByNode(credentialType: string, nodeType: string): boolean {
		const { restrictToSupportedNodes } = this.packages.getCredentialType(credentialType);
		return !restrictToSupportedNodes || this.packages.getSupportedNodes(credentialType).includes(nodeType);
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		request: IHttpRequestOptions | IRequestOptionsSimplified,
		workflow?: Workflow,
		node?: INode,
	): Promise<IHttpRequestOptions> {
		return await signRequest(
			this.packages.getCredentialType(typeName),
			credentials,
			request as IHttpRequestOptions,
			workflow,
			node,
		);
	}

	async preAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		node: INode,
		credentialsExpired: boolean,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		const { properties } = this.packages.getCredentialType(typeName);
		const expirable = properties.find(({ type, typeOptions }) => type === 'hidden' && typeOptions?.expirable === true);
		if (!expirable || (credentials[expirable.name] !== '' && !credentialsExpired)) return undefined;
		const fresh = await this.runPreAuthentication(helpers, credentials, typeName);
		const reference = node.credentials?.[typeName];
		if (fresh?.[expirable.name] === undefined || !reference) return undefined;
		await this.updateCredentials(reference, typeName, { ...(await this.readStored(reference, typeName)), ...fresh });
		return Object.assign(credentials, fresh);
	}

	async runPreAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		const output = await this.packages.getCredentialType(typeName).preAuthentication?.call(helpers, credentials);
		return output as ICredentialDataDecryptedObject | undefined;
	}

	async getCredentials(reference: INodeCredentialsDetails, type: string): Promise<Credentials> {
		return this.store.find(reference, type);
	}

	async getDecrypted(
		additionalData: IWorkflowExecuteAdditionalData,
		reference: INodeCredentialsDetails,
		type: string,
		mode: WorkflowExecuteMode,
		executeData?: IExecuteData,
		raw?: boolean,
		usedBy?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		const stored = await this.readStored(reference, type);
		if (raw) return stored;
		return await this.fillIn(additionalData, stored, type, mode, executeData, usedBy);
	}

	/** Adds the defaults of fields that were never stored, and resolves expressions. */
	async fillIn(
		additionalData: IWorkflowExecuteAdditionalData,
		stored: ICredentialDataDecryptedObject,
		type: string,
		mode: WorkflowExecuteMode,
		executeData?: IExecuteData,
		usedBy?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		const properties = this.getCredentialsProperties(type);
		const complete = NodeHelpers.getNodeParameters(properties, stored as INodeParameters, true, false, null, null);
		const keys = getAdditionalKeys(additionalData, mode, null, { isCredential: true });
		if (usedBy) {
			const { workflow, runExecutionData, runIndex, itemIndex, node, connectionInputData } = usedBy;
			return workflow.expression.getParameterValue(
				complete ?? {},
				runExecutionData,
				runIndex,
				itemIndex,
				node.name,
				connectionInputData,
				mode,
				keys,
				executeData,
				false,
				complete ?? {},
			) as ICredentialDataDecryptedObject;
		}
		const workflow = new Workflow({ nodes: [], connections: {}, active: false, nodeTypes: this.packages });
		return await workflow.expression.withIsolate(
			async () =>
				workflow.expression.getComplexParameterValue(
					FIELD_OWNER,
					complete ?? {},
					mode,
					keys,
					undefined,
					undefined,
					complete as ICredentialDataDecryptedObject,
				) as ICredentialDataDecryptedObject,
		);
	}

	async updateCredentials(
		reference: INodeCredentialsDetails,
		type: string,
		data: ICredentialDataDecryptedObject,
	): Promise<void> {
		const { id, name } = this.store.find(reference, type);
		if (!id) throw new UnexpectedError('A stored credential has no id');
		await this.store.overwrite({ id, name, type }, data);
	}

	async updateCredentialsOauthTokenData(
		reference: INodeCredentialsDetails,
		type: string,
		{ oauthTokenData }: ICredentialDataDecryptedObject,
	): Promise<void> {
		const stored = await this.readStored(reference, type);
		await this.updateCredentials(reference, type, { ...stored, ...(oauthTokenData && { oauthTokenData }) });
	}

	/** A type's own fields after those of the types that it extends. */
	getCredentialsProperties(type: string): INodeProperties[] {
		const { properties, extends: parents = [] } = this.packages.getCredentialType(type);
		const combined: INodeProperties[] = [];
		for (const parent of parents) NodeHelpers.mergeNodeProperties(combined, this.getCredentialsProperties(parent));
		NodeHelpers.mergeNodeProperties(combined, properties);
		return combined;
	}

	private async readStored(reference: INodeCredentialsDetails, type: string): Promise<ICredentialDataDecryptedObject> {
		return await this.store.find(reference, type).getData();
	}
}
