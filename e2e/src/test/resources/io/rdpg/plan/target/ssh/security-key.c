/*
 * A security key in software: what OpenSSH loads instead of a USB device (SSH_SK_PROVIDER, ssh-keygen -w).
 * It always counts as touched, and the key handle that it gives out is the private key itself.
 * Protocol: OpenSSH's PROTOCOL.u2f.
 */
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ECDSA, ED25519 };
enum { FAILED = -1, TOUCHED = 0x01 };

struct enrolled {
	uint8_t flags;
	uint8_t *public_key;
	size_t public_key_length;
	uint8_t *key_handle;
	size_t key_handle_length;
	uint8_t *signature;
	size_t signature_length;
	uint8_t *certificate;
	size_t certificate_length;
	uint8_t *authenticator;
	size_t authenticator_length;
};

struct signed_by_key {
	uint8_t flags;
	uint32_t counter;
	uint8_t *r;
	size_t r_length;
	uint8_t *s;
	size_t s_length;
};

uint32_t sk_api_version(void)
{
	return 0x000a0000;
}

int sk_enroll(uint32_t algorithm, const uint8_t *challenge, size_t challenge_length, const char *application,
	uint8_t flags, const char *pin, void **options, struct enrolled **answer)
{
	EVP_PKEY *key = algorithm == ECDSA ? EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256")
		: EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	struct enrolled *key_of_ours = calloc(1, sizeof *key_of_ours);
	if (key == NULL || key_of_ours == NULL)
		return FAILED;
	key_of_ours->flags = flags;
	if (algorithm == ECDSA) {
		key_of_ours->public_key_length = EVP_PKEY_get1_encoded_public_key(key, &key_of_ours->public_key);
	} else {
		key_of_ours->public_key = malloc(key_of_ours->public_key_length = 32);
		EVP_PKEY_get_raw_public_key(key, key_of_ours->public_key, &key_of_ours->public_key_length);
	}
	key_of_ours->key_handle_length = i2d_PrivateKey(key, &key_of_ours->key_handle);
	EVP_PKEY_free(key);
	*answer = key_of_ours;
	return 0;
}

/* A number of a DER signature, to be freed by the caller. */
static uint8_t *number(const uint8_t *der, size_t *length)
{
	*length = der[1];
	uint8_t *copy = malloc(*length);
	return memcpy(copy, der + 2, *length);
}

int sk_sign(uint32_t algorithm, const uint8_t *data, size_t data_length, const char *application,
	const uint8_t *key_handle, size_t key_handle_length, uint8_t flags, const char *pin, void **options,
	struct signed_by_key **answer)
{
	static uint32_t counter;
	uint8_t message[32 + 1 + 4 + 32], signature[128];
	size_t length = sizeof signature;
	EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &key_handle, key_handle_length);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	struct signed_by_key *answered = calloc(1, sizeof *answered);
	if (key == NULL || context == NULL || answered == NULL)
		return FAILED;
	counter++;
	EVP_Digest(application, strlen(application), message, NULL, EVP_sha256(), NULL);
	message[32] = TOUCHED;
	for (int i = 0; i < 4; i++)
		message[33 + i] = counter >> (24 - 8 * i);
	EVP_Digest(data, data_length, message + 37, NULL, EVP_sha256(), NULL);
	if (EVP_DigestSignInit(context, NULL, algorithm == ECDSA ? EVP_sha256() : NULL, NULL, key) != 1 ||
		EVP_DigestSign(context, signature, &length, message, sizeof message) != 1)
		return FAILED;
	answered->flags = TOUCHED;
	answered->counter = counter;
	if (algorithm == ECDSA) {
		answered->r = number(signature + 2, &answered->r_length);
		answered->s = number(signature + 2 + 2 + answered->r_length, &answered->s_length);
	} else {
		answered->r = memcpy(malloc(length), signature, length);
		answered->r_length = length;
	}
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	*answer = answered;
	return 0;
}

int sk_load_resident_keys(const char *pin, void **options, void ***keys, size_t *count)
{
	return FAILED;
}
