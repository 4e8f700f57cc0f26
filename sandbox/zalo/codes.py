"""Zalo's error codes. Two tables: the same number means one thing on the OA's host and another on that of ZBS."""

from sandbox.door import Refused

# Zalo OA API, appendix "Mã lỗi".
OA = {
    -32: "Your application reached limit call api",
    -100: "attachment_id was expired",
    -200: "Send message failed",
    -201: "Parameter is invalid!",
    -204: "Offical Account is disable",
    -205: "Offical Account is not exist",
    -209: "Not supported this api",
    -210: "Parameter exceeds allowable limit",
    -211: "Out of quota",
    -212: "App has not registed this api",
    -213: "User has not followed OA",
    -214: "Article is being processed",
    -216: "Access token is invalid",
    -217: "User has blocked invitation from OA",
    -218: "Out of quota receive",
    -219: "App is removed or disabled",
    -220: "access_token is expired or removed",
    -221: "The OA needs to be verified to use this feature",
    -223: "Your OA has reach the limit quota create article",
    -224: "The OA needs to upgrade OA Tier Package to use this feature",
    -227: "User is banned or has been inactive for more than 45 days",
    -230: "User has not interacted with the OA in the past 7 days",
    -232: "User has not interacted with the OA, or the last interaction has expired",
    -233: "message type is invalid or not support",
    -234: "This message is not allowed to be sent at night (from 10 PM to 6 AM)",
    -235: "This API does not support this type of OA",
    -237: "The group is disabled",
    -238: "asset_id is already used",
    -240: "MessageV2 API has been shut down, please switch to MessageV3",
    -241: "asset_id is already used or expired",
    -242: "Invalid appsecret_proof provided in the API argument",
    -244: "User has restricted this message type from your OA",
    -248: "Violates our platform standards",
    -249: "Template does not support sending by UID",
    -320: "Your app needs to connect with Zalo Cloud Account to use paid features",
    -321: "Zalo Cloud Account connected with the app is out of money or unable to perform the deduction",
    -403: "OA is not in group",
    -1340: "Form is not found",
    -1341: "No access to this form",
}

# Zalo Business Solutions (formerly ZNS), appendix "Bảng mã lỗi".
ZBS = {
    -32: "Your application reached limit call api",
    -100: "Unknown error, please try again later",
    -101: "Application is invalid",
    -102: "Application is not existed",
    -103: "Application is inactive",
    -104: "Secret key of application is invalid",
    -105: "Application has not been linked to any Official Account",
    -106: "Method is unsupported",
    -107: "Message id is invalid",
    -108: "Phone number is invalid",
    -109: "Template id is invalid",
    -1091: "Template cannot be edited",
    -110: "Zalo version of the recipient is not supported",
    -111: "Template data is empty",
    -112: "Template data type is undefined",
    -1121: "Template data exceeds the length limit of a parameter",
    -1122: "Template data is missing a parameter",
    -1123: "QR code cannot be created",
    -1124: "Template data has a parameter of the wrong format",
    -113: "Button is invalid",
    -1131: "Content of button is invalid",
    -114: "User cannot receive the message because of status, privacy, or an old version",
    -115: "Out of quota or balance",
    -116: "Text is invalid",
    -117: "The OA or the app has no right to use this template",
    -118: "Zalo account is not existed",
    -119: "Account cannot receive this message",
    -120: "The OA has no permission for this feature",
    -1201: "The OA may not use templates of tag 3",
    -1202: "The OA may not use media",
    -121: "Body is empty",
    -122: "Body is not JSON",
    -123: "RSA data cannot be decoded",
    -124: "Access token is invalid",
    -1241: "appsecret_proof is invalid",
    -125: "Official Account id is invalid",
    -126: "Wallet for development mode is out of balance",
    -127: "Template in development mode can only be sent to an admin",
    -128: "RSA key is not existed",
    -129: "RSA key cannot be generated",
    -130: "Content of the template exceeds the length limit",
    -131: "Template is not approved",
    -132: "Parameter is invalid",
    -133: "Messages may not be sent at night (22:00-6:00)",
    -134: "User has not answered the request to receive messages",
    -135: "The OA has no permission to send",
    -1351: "The OA was blocked for a violation",
    -136: "A Zalo Cloud Account (ZCA) has to be linked",
    -137: "Charging the Zalo Cloud Account failed",
    -138: "The app has no permission for this feature",
    -1381: "The extension has no permission for this feature",
    -139: "User refuses this type of message",
    -140: "The OA is not eligible to send this message to the user",
    -141: "User refuses messages of this Official Account",
    -142: "RSA key is not existed, please call the API to generate it",
    -143: "RSA key is existed, please call the API to get it",
    -144: "The OA has exceeded its daily limit",
    -1441: "The OA has exceeded its monthly limit of promotion messages",
    -145: "This type of message may not be sent by the OA",
    -146: "Template was disabled because of low quality",
    -147: "Template has exceeded its daily limit",
    -1471: "Follow-up messages to this user exceed the limit",
    -1472: "Promotion messages to this user exceed the limit",
    -148: "Journey token is not found",
    -149: "Journey token is invalid",
    -1491: "Journey token is of another type",
    -150: "Journey token has expired",
    -151: "Template is not end-to-end encrypted",
    -152: "Key cannot be retrieved",
    -153: "Data violates the specification",
    -158: "File size exceeds the limit",
    -159: "File format is invalid",
    -160: "Daily limit of creating or uploading is exceeded",
    -161: "sending_mode is invalid",
    -162: "sending_mode 3 is not supported for templates of tag 1 and 2",
}

# The token endpoint has no published table; these numbers were seen, not all of them with a meaning.
OAUTH = {
    -32: ("rate_limit", "Your application reached limit call api"),
    -118: ("refresh_rejected", "Invalid refresh token."),
    -14002: ("invalid_app", "App id is invalid, or the app is not activated."),
    -14003: ("invalid_redirect_uri", ""),
    -14012: ("invalid_grant", "Authorization code is invalid, used or expired."),
    -14014: ("refresh_rejected", "Invalid refresh token."),
    -14020: ("invalid_refresh_token", "Refresh token was used or has expired."),
    -14024: ("invalid_verifier", "Code verifier does not match the challenge."),
}


def oa(code, message=""):
    return Refused(code, message or OA[code])


def invalid(field):
    return Refused(-201, f"{field} is invalid!")


def zbs(code, message=""):
    return Refused(code, message or ZBS[code])


def oauth(code, description=""):
    name, words = OAUTH[code]
    return Refused(code, description or words, name=name)
