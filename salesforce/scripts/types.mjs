/**
 * What each metadata type may hold: jsforce's table, and what it does not have.
 *
 * The table says names and types; the enumerations are ours, from Salesforce's Metadata API guide.
 */
import { createRequire } from "node:module";

const { ApiSchemas } = createRequire(import.meta.url)("@jsforce/jsforce-node/lib/api/metadata/schema.js");

const ADDED_TYPES = {
    ExternalClientApplication: {
        contactEmail: "string",
        description: "?string",
        distributionState: "string",
        isProtected: "?boolean",
        label: "string"
    },
    ExtlClntAppOauthSettings: {
        commaSeparatedOauthScopes: "?string",
        externalClientApplication: "string",
        label: "string"
    },
    ExtlClntAppGlobalOauthSettings: {
        callbackUrl: "string",
        certificate: "?string",
        consumerKey: "?string",
        externalClientApplication: "string",
        isConsumerSecretOptional: "?boolean",
        isIntrospectAllTokens: "?boolean",
        isPkceRequired: "?boolean",
        isSecretRequiredForRefreshToken: "?boolean",
        label: "string",
        shouldRotateConsumerKey: "?boolean",
        shouldRotateConsumerSecret: "?boolean"
    },
    ExtlClntAppOauthConfigurablePolicies: {
        commaSeparatedPermissionSet: "?string",
        externalClientApplication: "string",
        ipRelaxationPolicyType: "?string",
        isClientCredentialsFlowEnabled: "?boolean",
        isGuestCodeCredFlowEnabled: "?boolean",
        isTokenExchangeFlowEnabled: "?boolean",
        label: "string",
        permittedUsersPolicyType: "?string",
        refreshTokenPolicyType: "?string",
        sessionTimeoutInMinutes: "?number"
    },
    ExtlClntAppConfigurablePolicies: {
        externalClientApplication: "string",
        isEnabled: "?boolean",
        isOauthPluginEnabled: "?boolean",
        label: "string"
    }
};

// Younger than the table.
const ADDED_FIELDS = {
    AuthProvider: { isPkceEnabled: "?boolean" },
    CustomPermission: { isLicensed: "?boolean" },
    Flow: { apiVersion: "?number", environments: "?string" },
    FlowActionCall: { flowTransactionModel: "?string" },
    FlowStart: { filterLogic: "?string", recordTriggerType: "?string" },
    LightningComponentBundle: { targetConfigs: "?any" }
};

export const ENUMERATIONS = {
    "ApexClass.status": ["Active", "Deleted", "Inactive"],
    "ApexTrigger.status": ["Active", "Deleted", "Inactive"],
    "AuthProvider.providerType": ["OpenIdConnect"],
    "CustomField.fieldManageability": ["DeveloperControlled", "Locked", "SubscriberControlled"],
    "CustomField.type": [
        "AutoNumber",
        "Checkbox",
        "Date",
        "DateTime",
        "LongTextArea",
        "Lookup",
        "MasterDetail",
        "Number",
        "Picklist",
        "Text"
    ],
    "CustomObject.deploymentStatus": ["Deployed", "InDevelopment"],
    "CustomObject.externalSharingModel": ["ControlledByParent", "Private", "Read", "ReadWrite"],
    "CustomObject.gender": ["Feminine", "Masculine", "Neuter"],
    "CustomObject.sharingModel": ["ControlledByParent", "Private", "Read", "ReadWrite"],
    "CustomObject.startsWith": ["Consonant", "Special", "Vowel"],
    "CustomObject.visibility": ["PackageProtected", "Protected", "Public"],
    "ExternalClientApplication.distributionState": ["Local", "Packageable"],
    "ExtlClntAppOauthConfigurablePolicies.ipRelaxationPolicyType": ["Bypass", "Enforce", "EnforceActivation"],
    "ExtlClntAppOauthConfigurablePolicies.permittedUsersPolicyType": [
        "AdminApprovedPreAuthorized",
        "AllSelfAuthorized"
    ],
    "ExtlClntAppOauthConfigurablePolicies.refreshTokenPolicyType": [
        "Infinite",
        "SpecificInactivity",
        "SpecificLifetime",
        "Zero"
    ],
    "Flow.processType": ["AutoLaunchedFlow"],
    "Flow.status": ["Active", "Draft", "Obsolete"],
    "FlowActionCall.actionType": ["outboundMessage"],
    "FlowActionCall.flowTransactionModel": ["Automatic", "CurrentTransaction", "NewTransaction"],
    "FlowStart.recordTriggerType": ["Create", "CreateAndUpdate", "Delete", "Update"],
    "FlowStart.triggerType": ["RecordAfterSave", "RecordBeforeDelete", "RecordBeforeSave"],
    "PermissionSetUserPermission.name": ["ApiEnabled", "ApiUserOnly"]
};

/** Give the fields a type may have, by name, those of the types it extends included; null for no such type. */
export function fieldsOf(type) {
    const known = ApiSchemas[type] ?? (ADDED_TYPES[type] && { props: ADDED_TYPES[type], extends: "Metadata" });
    if (!known) {
        return null;
    }
    const inherited = known.extends ? fieldsOf(known.extends) : {};
    return { ...inherited, ...known.props, ...ADDED_FIELDS[type] };
}
