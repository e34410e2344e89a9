#!/bin/sh
# Starts n8n with the DataGym nodes, and the first time gives it a credential and a workflow.
#   start.sh PACKAGE CREDENTIALS WORKFLOW    in N8N_USER_FOLDER, which outlives the image
set -eu
package=$1 credentials=$2 workflow=$3

# Anew at every start, or an old version would remain in the folder after an update of the image.
nodes=$N8N_USER_FOLDER/.n8n/nodes/node_modules
mkdir -p "$nodes"
rm -rf "$nodes/n8n-nodes-datagym"
cp -R "$package" "$nodes/n8n-nodes-datagym"

# Once, so that what people change or delete stays so.
if [ ! -e "$N8N_USER_FOLDER/has-first-workflow" ]; then
	n8n import:credentials --input="$credentials"
	n8n import:workflow --input="$workflow"
	: >"$N8N_USER_FOLDER/has-first-workflow"
fi
exec n8n start
