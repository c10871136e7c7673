/**
 * Grey images: conversion, scaling and comparison. Plain Java, without ND4J and Spark.
 *
 * <p>Start with {@link io.nightshift.dataset.images.GreyImage}.
 */
package io.nightshift.dataset.images;
