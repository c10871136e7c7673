"""Nightly retraining with Airflow's SparkSubmitOperator (apache-airflow-providers-apache-spark); reviewed, not run.

`mvn -DskipTests package` builds the cluster's jar. In client mode the exit status is the job's. SparkSubmitOperator takes every
status but 0 as a failure: a rejected challenger (5) and a held lock (75) fail the task too. run.json has champion and verdict.
"""
from datetime import datetime, timedelta

from airflow import DAG
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

with DAG(
    dag_id="nightshift_retrain",
    start_date=datetime(2026, 1, 1),
    schedule="0 2 * * *",
    catchup=False,
    max_active_runs=1,
) as dag:
    SparkSubmitOperator(
        task_id="retrain",
        conn_id="spark_default",
        application="/opt/nightshift/target/nightshift-cluster.jar",
        java_class="io.nightshift.cli.Nightshift",
        name="nightshift retrain {{ ds }}",
        # A try after a crash has the same name, and goes on from the last checkpoint.
        application_args=[
            "retrain",
            "--run-id", "{{ ds }}",
            "--json",
            "--data", "s3a://bucket/fer2013.csv",
            "--output", "s3a://bucket/out",
        ],
        # submit.sh computes these; ./submit.sh retrain --dry-run shows them for your settings.
        conf={
            "spark.cores.max": "8",
            "spark.task.cpus": "1",
            "spark.executor.cores": "1",
            "spark.executor.memory": "2g",
            "spark.executor.memoryOverhead": "2048m",
            "spark.executorEnv.OMP_NUM_THREADS": "1",
            "spark.scheduler.minRegisteredResourcesRatio": "1.0",
        },
        retries=2,
        # Longer than retrain.lock-lease-seconds: a dead job's lock has expired by then.
        retry_delay=timedelta(minutes=5),
    )
