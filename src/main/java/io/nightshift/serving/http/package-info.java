/**
 * Speaks HTTP for {@code serving}: reads requests within limits, checks who may call, answers in JSON, and gives out
 * the page. Start reading with {@link io.nightshift.serving.http.Endpoints}.
 */
package io.nightshift.serving.http;
